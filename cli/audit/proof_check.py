"""`harmwatch proof check`."""

from pathlib import Path
from typing import Literal

import click

from audit.certificates.proof import Proof, check_proof
from audit.signing.document import read_document
from cli.output import json_option, show
from cli.paths import FILE
from models.alert import Alert
from sealing.signatures import load_public_key
from sight.document import Document
from sight.printable import printable


class CheckedProof(Document):
    """The alert that a proof proves, its place among the `alerts` of the certificate, and who signed that when."""

    ok: Literal[True]
    alert: Alert
    index: int
    alerts: int
    issued_at: str
    public_key: str


DOCUMENT = CheckedProof


@click.command()
@click.argument("file", type=FILE)
@click.option("--public-key", type=FILE, required=True, help="The public file of the signing key.")
@json_option
def command(file: Path, public_key: Path, as_json: bool) -> None:
    """Says whether a proof holds; needs neither Kafka nor Redis nor settings."""
    show(checked_proof(file, public_key), as_json, render_proof)


def checked_proof(path: Path, public_key: Path) -> CheckedProof:
    """The alert that a proof proves. Raises WrongUse, Unproved."""
    proof = read_document(path, Proof)
    alert = check_proof(proof, load_public_key(public_key))
    manifest = proof.certificate.manifest
    return CheckedProof(
        ok=True,
        alert=alert,
        index=proof.index,
        alerts=manifest.alerts.count,
        issued_at=manifest.issued_at,
        public_key=proof.certificate.public_key,
    )


def render_proof(document: CheckedProof) -> str:
    """What the proof proves."""
    alert = document.alert
    return (
        f"The proof holds: alert {printable(alert.alert_id)}, {printable(alert.offender_id)} "
        f"{alert.transition} the band as of {alert.as_of} with {alert.score_days} days of harm, is one of the "
        f"{document.alerts} alerts that were verified on {document.issued_at} (key {document.public_key})."
    )
