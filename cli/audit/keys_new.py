"""`harmwatch keys new`."""

from pathlib import Path
from typing import Any

import click

from audit.signing.keys import new_keys
from cli.output import json_option, show_untyped
from cli.paths import FOLDER
from sealing.signatures import load_public_key


@click.command()
@click.option("--dir", "directory", type=FOLDER, default=Path(), help="Where to; the working directory if left out.")
@json_option
def command(directory: Path, as_json: bool) -> None:
    """Makes a pair of keys (Ed25519); overwrites nothing."""
    show_untyped(make_keys(directory), as_json, render_keys)


def make_keys(folder: Path) -> dict[str, Any]:
    """A new pair of keys. Raises WrongUse."""
    private, public = new_keys(folder)
    return {"private_key": str(private), "public_key": str(public), "id": load_public_key(public)}


def render_keys(document: dict[str, Any]) -> str:
    """Where they lie, and what to do with each."""
    return f"private key: {document['private_key']} (keep it)\npublic key: {document['public_key']} (hand it out)"
