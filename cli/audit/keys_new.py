"""`harmwatch keys new`."""

from pathlib import Path

import click
from pydantic import TypeAdapter, ValidationError

from audit.signing.keys import new_keys, write_keys
from cli.output import json_option, show
from cli.paths import FOLDER
from delivery.signing import new_key_pair, new_shared_key
from models.delivery.terms import KeyName
from models.errors import WrongUse
from runtime.settings import load_settings
from sealing.signatures import load_public_key
from sight.document import Document

_name: TypeAdapter[str] = TypeAdapter(KeyName)


class KeysDocument(Document):
    """The files; `public_key` null: the receiver needs the same file. `id`: the public key itself, as its kind has it.

    That is hex where documents are signed, and `whpk_` with base64 for webhooks.
    """

    private_key: str
    public_key: str | None
    id: str | None


DOCUMENT = KeysDocument


@click.command()
@click.option("--dir", "directory", type=FOLDER, help="Where to; left out: the working directory, see also --webhook.")
@click.option(
    "--webhook", metavar="NAME",
    help="A key NAME.key that signs webhooks and that the receiver needs as well; into HARMWATCH_SECRETS, where set.",
)  # fmt: skip
@click.option(
    "--pair", is_flag=True, help="With --webhook: an Ed25519 pair, so that the receiver needs NAME.pub alone."
)
@json_option
def command(directory: Path | None, webhook: str | None, pair: bool, as_json: bool) -> None:
    """Makes a pair of keys (Ed25519), or a key for webhooks; overwrites nothing."""
    if webhook is None:
        if pair:
            raise WrongUse("--pair is for --webhook")
        show(make_keys(directory or Path()), as_json, render_keys)
        return
    folder = directory or load_settings().secrets or Path()
    show(make_webhook_keys(folder, webhook, pair), as_json, render_webhook_keys)


def make_keys(folder: Path) -> KeysDocument:
    """A new pair of keys. Raises WrongUse."""
    private, public = new_keys(folder)
    return KeysDocument(private_key=str(private), public_key=str(public), id=load_public_key(public))


def make_webhook_keys(folder: Path, name: str, pair: bool) -> KeysDocument:
    """A new key for webhooks, shared or a pair. Raises WrongUse, also for a name that terms could not hold."""
    file, public = folder / f"{name}.key", folder / f"{name}.pub"
    try:
        _name.validate_python(f"{name}.key")
    except ValidationError as error:
        raise WrongUse(f"{name!r} is no name: letters, digits, dots, dashes and underlines, as custody") from error
    if not pair:
        write_keys({file: (new_shared_key().encode() + b"\n", 0o600)})
        return KeysDocument(private_key=str(file), public_key=None, id=None)
    secret, shown = new_key_pair()
    write_keys({file: (secret.encode() + b"\n", 0o600), public: (shown.encode() + b"\n", 0o644)})
    return KeysDocument(private_key=str(file), public_key=str(public), id=shown)


def render_keys(document: KeysDocument) -> str:
    """Where they lie, and what to do with each."""
    return f"private key: {document.private_key} (keep it)\npublic key: {document.public_key} (hand it out)"


def render_webhook_keys(document: KeysDocument) -> str:
    """The same, and what goes into the file of subscriptions."""
    terms = f'in the file of subscriptions: keys = ["{Path(document.private_key).name}"]'
    if document.public_key is None:
        return f"shared key: {document.private_key} (the receiver needs the same, by a safe way)\n{terms}"
    return f"{render_keys(document)}\n{terms}"
