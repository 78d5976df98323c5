"""`harmwatch proof check`."""

from pathlib import Path
from typing import Any

import click

from audit.certificates.proof import Proof, check_proof
from audit.signing.document import read_document
from cli.output import json_option, printable, show_untyped
from cli.paths import FILE
from sealing.signatures import load_public_key


@click.command()
@click.argument("file", type=FILE)
@click.option("--public-key", type=FILE, required=True, help="The public file of the signing key.")
@json_option
def command(file: Path, public_key: Path, as_json: bool) -> None:
    """Says whether a proof holds; needs neither Kafka nor Redis nor settings."""
    show_untyped(checked_proof(file, public_key), as_json, render_proof)


def checked_proof(path: Path, public_key: Path) -> dict[str, Any]:
    """The alert that a proof proves. Raises WrongUse, Unproved."""
    proof = read_document(path, Proof)
    alert = check_proof(proof, load_public_key(public_key))
    manifest = proof.certificate.manifest
    return {
        "ok": True,
        "alert": alert.model_dump(mode="json"),
        "index": proof.index,
        "alerts": manifest.alerts.count,
        "issued_at": manifest.issued_at,
        "public_key": proof.certificate.public_key,
    }


def render_proof(document: dict[str, Any]) -> str:
    """What the proof proves."""
    alert = document["alert"]
    return (
        f"The proof holds: alert {printable(alert['alert_id'])}, {printable(alert['offender_id'])} "
        f"{alert['transition']} the band as of {alert['as_of']} with {alert['score_days']} days of harm, is one of the "
        f"{document['alerts']} alerts that were verified on {document['issued_at']} (key {document['public_key']})."
    )
