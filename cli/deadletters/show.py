"""`harmwatch deadletters show`: one refused record, and what became of it."""

import base64

import click

from cli.deadletters.letters import Selection, read_letters, read_redrives
from cli.output import json_option, show
from models.errors import HarmwatchError, WrongUse
from models.instants import format_instant
from models.redrive import Redrive
from runtime.installation import open_store
from runtime.settings import Settings, load_settings
from sight.document import Document
from sight.printable import printable


class LetterRedrive(Redrive, Document):
    """When, why and by whom it was sent once more, and what became of it."""

    became: str


class LetterDocument(Document):
    """A record that was refused: why, where it lay, and its bytes."""

    letter: int
    reason: str
    detail: str
    field: str | None
    partition: int
    offset: int
    refused_at: str
    truncated: bool
    key_base64: str | None
    value_base64: str | None
    redrive: LetterRedrive | None


DOCUMENT = LetterDocument


@click.command()
@click.argument("letter", type=click.IntRange(0))
@json_option
def command(letter: int, as_json: bool) -> None:
    """Shows one refused record: reason, field at fault, original bytes, and what became of it."""
    show(show_letter(load_settings(), letter), as_json, render_show)


def show_letter(settings: Settings, number: int) -> LetterDocument:
    """One letter with its original bytes. Raises WrongUse when there is none of that number."""
    letter = next((letter for letter in read_letters(settings, Selection()) if letter.number == number), None)
    if letter is None:
        raise WrongUse(f"there is no dead letter {number}: `harmwatch deadletters list` says which there are")
    redrive = read_redrives(settings).get(number)
    return LetterDocument(
        letter=letter.number,
        reason=letter.reason,
        detail=letter.detail,
        field=letter.field,
        partition=letter.partition,
        offset=letter.offset,
        refused_at=format_instant(letter.refused_at),
        truncated=letter.truncated,
        key_base64=_base64(letter.key),
        value_base64=_base64(letter.value),
        redrive=None if redrive is None else LetterRedrive(**dict(redrive), became=_became(settings, redrive)),
    )


def _became(settings: Settings, redrive: Redrive) -> str:
    """What became of a redriven record: refused again, applied, or neither yet."""
    for letter in read_letters(settings, Selection()):
        if (letter.partition, letter.offset) == (redrive.partition, redrive.sent_offset):
            return f"refused again: letter {letter.number}, {letter.reason}"
    try:
        store = open_store(settings)
        try:
            position = store.position()
        finally:
            store.close()
    except HarmwatchError:
        return "unknown: Redis does not answer"
    passed = position.ledger.get(redrive.partition, 0) > redrive.sent_offset
    return "applied" if passed and position.outbox == 0 else "waiting"


def _base64(content: bytes | None) -> str | None:
    return None if content is None else base64.b64encode(content).decode()


def render_show(document: LetterDocument) -> str:
    """The reason, the place, the bytes, and what became of it."""
    lines = [
        f"letter {document.letter}: {document.reason}, {printable(document.detail)}",
        f"field {printable(document.field or '(the whole record)')}",
        f"offences.v1 partition {document.partition} offset {document.offset}, refused {document.refused_at}",
        f"key   {_text(document.key_base64)}",
        f"value {_text(document.value_base64)}",
    ]
    redrive = document.redrive
    if redrive:
        lines.append(f"redriven {redrive.at} by {redrive.by}: {redrive.why} ({redrive.became})")
    return "\n".join(lines)


def _text(encoded: str | None) -> str:
    return "null" if encoded is None else printable(base64.b64decode(encoded).decode(errors="backslashreplace"))
