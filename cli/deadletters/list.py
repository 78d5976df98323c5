"""`harmwatch deadletters list`: how many were refused, and why."""

from collections import Counter, deque

import click

from cli.deadletters.letters import Selection, read_letters, read_redrives, select, selection_options
from cli.output import json_option, show
from models.dead_letter import DeadLetter
from models.instants import format_instant
from runtime.settings import Settings, load_settings
from sight.document import Document
from sight.printable import printable

_NEWEST = 20


class LetterDocument(Document):
    """One letter, and why its record was refused."""

    letter: int
    reason: str
    detail: str


class LettersDocument(Document):
    """How many letters there are, how many of them were redriven, from when to when, and the newest, oldest first."""

    letters: int
    redriven: int
    first: str | None
    last: str | None
    reasons: dict[str, int]
    newest: tuple[LetterDocument, ...]


DOCUMENT = LettersDocument


@click.command()
@selection_options
@json_option
def command(reason: str | None, since: str | None, until: str | None, as_json: bool) -> None:
    """Says how many records were refused for which reason, and from when to when."""
    show(list_letters(load_settings(), select(reason, since, until)), as_json, render_list)


def list_letters(settings: Settings, selection: Selection) -> LettersDocument:
    """How many of which reason, from when to when, and the newest of them, oldest first."""
    redriven = read_redrives(settings)
    counts: Counter[str] = Counter()
    newest: deque[DeadLetter] = deque(maxlen=_NEWEST)
    first, repeated = None, 0
    for letter in read_letters(settings, selection):
        counts[letter.reason] += 1
        repeated += letter.number in redriven
        first = first or letter
        newest.append(letter)
    return LettersDocument(
        letters=counts.total(),
        redriven=repeated,
        first=None if first is None else format_instant(first.refused_at),
        last=format_instant(newest[-1].refused_at) if newest else None,
        reasons=dict(counts.most_common()),
        newest=tuple(
            LetterDocument(letter=letter.number, reason=letter.reason, detail=letter.detail) for letter in newest
        ),
    )


def render_list(document: LettersDocument) -> str:
    """Counts first, then each reason."""
    if not document.letters:
        return "no dead letters"
    head = f"{document.letters} dead letters from {document.first} to {document.last}"
    counts = [f"{count:9} {name}" for name, count in document.reasons.items()]
    newest = [f"  letter {item.letter}: {item.reason}, {printable(item.detail)}" for item in document.newest]
    return "\n".join([f"{head}, {document.redriven} redriven", *counts, "the newest:", *newest])
