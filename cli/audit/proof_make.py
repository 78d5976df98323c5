"""`harmwatch proof make`: the proof of one alert, for whoever holds the certificate."""

from pathlib import Path
from typing import Any

import click

from audit.certificates.certificate import Certificate
from audit.certificates.proof import make_proof
from audit.signing.document import document_content, json_text, read_document, write_document
from cli.output import json_option, show_untyped
from cli.paths import FILE
from cli.topics import open_topics
from models.topics import ALERTS
from runtime.settings import Settings, load_settings


@click.command()
@click.argument("alert_id")
@click.option("--certificate", type=FILE, required=True, help="Of a verification that covers the alert.")
@click.option("--out", type=FILE, help="Write the proof to this file.")
@json_option
def command(alert_id: str, certificate: Path, out: Path | None, as_json: bool) -> None:
    """Makes the proof of one alert."""
    document = prove_alert(load_settings(), alert_id, certificate, out)
    show_untyped(document, as_json, lambda made: f"proof written to {out}" if out else json_text(made).rstrip("\n"))


def prove_alert(settings: Settings, alert_id: str, certificate: Path, out: Path | None) -> dict[str, Any]:
    """The proof of one alert, written to `out` if given. Raises WrongUse, Unproved, Unavailable."""
    proof = make_proof(open_topics(settings, ALERTS), read_document(certificate, Certificate), alert_id)
    if out is not None:
        write_document(out, proof)
    return document_content(proof)
