"""`harmwatch certificate check`."""

from pathlib import Path
from typing import Literal

import click

from audit.certificates.certificate import Certificate, check_certificate
from audit.certificates.manifest import Manifest
from audit.signing.document import read_document
from cli.output import json_option, show
from cli.paths import FILE
from sealing.signatures import load_public_key
from sight.document import Document


class _Signed(Document):
    ok: Literal[True]
    public_key: str


class CheckedCertificate(Manifest, _Signed):
    """What a certificate says that holds, and by which key."""


DOCUMENT = CheckedCertificate


@click.command()
@click.argument("file", type=FILE)
@click.option("--public-key", type=FILE, required=True, help="The public file of the signing key.")
@json_option
def command(file: Path, public_key: Path, as_json: bool) -> None:
    """Says whether a certificate holds; needs neither Kafka nor Redis nor settings."""
    show(checked_certificate(file, public_key), as_json, render_certificate)


def checked_certificate(path: Path, public_key: Path) -> CheckedCertificate:
    """The manifest of a certificate that holds. Raises WrongUse, Unproved."""
    certificate = read_document(path, Certificate)
    check_certificate(certificate, load_public_key(public_key))
    return CheckedCertificate(ok=True, public_key=certificate.public_key, **dict(certificate.manifest))


def render_certificate(document: CheckedCertificate) -> str:
    """What the certificate says."""
    entries, alerts = document.entries, document.alerts
    inputs = [
        f"  {each.topic} partition {each.partition}: offsets {each.start} to {each.end}, "
        f"{each.records} records, SHA-256 {each.sha256}"
        for each in document.inputs
    ]
    return "\n".join(
        [
            f"The certificate holds: issued {document.issued_at}, signed by key {document.public_key}.",
            f"Board {document.board}, entries {entries.first} to {entries.last} (as of {entries.as_of}): "
            f"every one was computed again and came out the same.",
            f"Chain head {entries.head}",
            *inputs,
            f"{alerts.count} alerts, Merkle root {alerts.root}",
            f"harmwatch {document.code_version}, engine {document.engine_version}",
        ]
    )
