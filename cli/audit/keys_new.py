"""`harmwatch keys new`."""

from pathlib import Path

import click

from audit.signing.keys import new_keys
from cli.output import json_option, show
from cli.paths import FOLDER
from sealing.signatures import load_public_key
from sight.document import Document


class KeysDocument(Document):
    """The two files, and the id by which documents name the key: the public key itself, in hex."""

    private_key: str
    public_key: str
    id: str


DOCUMENT = KeysDocument


@click.command()
@click.option("--dir", "directory", type=FOLDER, default=Path(), help="Where to; the working directory if left out.")
@json_option
def command(directory: Path, as_json: bool) -> None:
    """Makes a pair of keys (Ed25519); overwrites nothing."""
    show(make_keys(directory), as_json, render_keys)


def make_keys(folder: Path) -> KeysDocument:
    """A new pair of keys. Raises WrongUse."""
    private, public = new_keys(folder)
    return KeysDocument(private_key=str(private), public_key=str(public), id=load_public_key(public))


def render_keys(document: KeysDocument) -> str:
    """Where they lie, and what to do with each."""
    return f"private key: {document.private_key} (keep it)\npublic key: {document.public_key} (hand it out)"
