"""`harmwatch certificate check`."""

from pathlib import Path
from typing import Any

import click

from audit.certificates.certificate import Certificate, check_certificate
from audit.signing.document import read_document
from cli.output import json_option, show_untyped
from cli.paths import FILE
from sealing.signatures import load_public_key


@click.command()
@click.argument("file", type=FILE)
@click.option("--public-key", type=FILE, required=True, help="The public file of the signing key.")
@json_option
def command(file: Path, public_key: Path, as_json: bool) -> None:
    """Says whether a certificate holds; needs neither Kafka nor Redis nor settings."""
    show_untyped(checked_certificate(file, public_key), as_json, render_certificate)


def checked_certificate(path: Path, public_key: Path) -> dict[str, Any]:
    """The manifest of a certificate that holds. Raises WrongUse, Unproved."""
    certificate = read_document(path, Certificate)
    check_certificate(certificate, load_public_key(public_key))
    return {"ok": True, "public_key": certificate.public_key, **certificate.manifest.model_dump(mode="json")}


def render_certificate(document: dict[str, Any]) -> str:
    """What the certificate says."""
    entries, alerts = document["entries"], document["alerts"]
    inputs = [
        f"  {each['topic']} partition {each['partition']}: offsets {each['start']} to {each['end']}, "
        f"{each['records']} records, SHA-256 {each['sha256']}"
        for each in document["inputs"]
    ]
    return "\n".join(
        [
            f"The certificate holds: issued {document['issued_at']}, signed by key {document['public_key']}.",
            f"Board {document['board']}, entries {entries['first']} to {entries['last']} (as of {entries['as_of']}): "
            f"every one was computed again and came out the same.",
            f"Chain head {entries['head']}",
            *inputs,
            f"{alerts['count']} alerts, Merkle root {alerts['root']}",
            f"harmwatch {document['code_version']}, engine {document['engine_version']}",
        ]
    )
