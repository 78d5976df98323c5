"""`harmwatch proof make`: the proof of one alert, for the holder of the certificate."""

from pathlib import Path

import click

from audit.certificates.certificate import Certificate
from audit.certificates.proof import Proof, make_proof
from audit.signing.document import document_text, read_document, write_document
from cli.long_pass import long_pass
from cli.output import json_option, show
from cli.paths import FILE
from cli.topics import open_topics
from models.topics import ALERTS
from runtime.settings import Settings, load_settings
from sight.document import Document


class ProofDocument(Proof, Document):
    """The proof, as `proof check` reads it from a file."""


DOCUMENT = ProofDocument


@click.command()
@click.argument("alert_id")
@click.option("--certificate", type=FILE, required=True, help="Of a verification that covers the alert.")
@click.option("--out", type=FILE, help="Write the proof to this file.")
@json_option
def command(alert_id: str, certificate: Path, out: Path | None, as_json: bool) -> None:
    """Makes the proof of one alert."""
    text = document_text(prove_alert(load_settings(), alert_id, certificate, out))
    show(ProofDocument.model_validate_json(text), as_json, lambda _: f"proof written to {out}" if out else text[:-1])


def prove_alert(settings: Settings, alert_id: str, certificate: Path, out: Path | None) -> Proof:
    """The proof of one alert, written to `out` if given. Raises WrongUse, Unproved, Unavailable."""
    covered = read_document(certificate, Certificate)
    with long_pass(open_topics(settings, ALERTS), of={ALERTS}) as open_reader:
        proof = make_proof(open_reader, covered, alert_id)
    if out is not None:
        write_document(out, proof)
    return proof
