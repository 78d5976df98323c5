"""`harmwatch deadletters list` and `show`: what was refused, and why."""

import base64
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from broker.clients import PartitionReader
from broker.open_transactions import wait_until_readable
from cli.output import printable, say
from cli.topics import open_topics
from cli.waiting import say_waiting
from models.dead_letter import DeadLetter, read_dead_letter
from models.errors import BrokenInvariant, HarmwatchError, WrongUse
from models.instants import format_instant, parse_instant
from models.record import Record
from models.redrive import Redrive
from models.topics import DEAD_LETTERS, REDRIVES, Topic
from runtime.installation import open_store
from runtime.settings import Settings

_NEWEST = 20


@dataclass(frozen=True, slots=True)
class Selection:
    """Which letters are meant; instants in microseconds, `since` included, `until` not."""

    reason: str | None = None
    since: int | None = None
    until: int | None = None

    def takes(self, letter: DeadLetter) -> bool:
        """Whether a letter is one of them."""
        return (
            self.reason in {None, letter.reason}
            and (self.since is None or letter.refused_at >= self.since)
            and (self.until is None or letter.refused_at < self.until)
        )


def select(reason: str | None, since: str | None, until: str | None) -> Selection:
    """A selection as the command line gives it. Raises WrongUse for what is no instant."""
    instants: list[int | None] = []
    for name, text in (("--since", since), ("--until", until)):
        try:
            instants.append(None if text is None else parse_instant(text))
        except ValueError as error:
            raise WrongUse(f"{name} {text!r} {error}") from error
    return Selection(reason, *instants)


def read_letters(settings: Settings, selection: Selection) -> Iterator[DeadLetter]:
    """The selected letters, oldest first. Raises PreconditionFailed where the topic is missing, Unavailable."""
    with _Topic(settings, DEAD_LETTERS) as reader:
        for record in reader.read_until(reader.end()):
            try:
                letter = read_dead_letter(record)
            except BrokenInvariant as error:
                say(f"passed over: {error}")
                continue
            if selection.takes(letter):
                yield letter


def read_redrives(settings: Settings, *, all_of_them: bool = False) -> dict[int, Redrive]:
    """The redrive of each letter that was redriven, by its number; waits until `all_of_them` can be read."""
    with _Topic(settings, REDRIVES) as reader:
        if all_of_them:
            wait_until_readable(reader, say_waiting)
        redrives = [_redrive(record) for record in reader.read_until(reader.end())]
    return {redrive.letter: redrive for redrive in redrives if redrive is not None}


def _redrive(record: Record) -> Redrive | None:
    """None: somebody else has written it."""
    try:
        return Redrive.model_validate_json(record.value or b"")
    except ValidationError:
        say(f"passed over: redrives.v1 offset {record.offset} is no redrive")
        return None


class _Topic:
    def __init__(self, settings: Settings, topic: Topic) -> None:
        self._reader = open_topics(settings, topic)(topic, 0)

    def __enter__(self) -> PartitionReader:
        return self._reader

    def __exit__(self, *_: object) -> None:
        self._reader.close()


def list_letters(settings: Settings, selection: Selection) -> dict[str, Any]:
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
    return {
        "letters": counts.total(),
        "redriven": repeated,
        "first": None if first is None else format_instant(first.refused_at),
        "last": format_instant(newest[-1].refused_at) if newest else None,
        "reasons": dict(counts.most_common()),
        "newest": [{"letter": letter.number, "reason": letter.reason, "detail": letter.detail} for letter in newest],
    }


def show_letter(settings: Settings, number: int) -> dict[str, Any]:
    """One letter with its original bytes. Raises WrongUse when there is none of that number."""
    letter = next((letter for letter in read_letters(settings, Selection()) if letter.number == number), None)
    if letter is None:
        raise WrongUse(f"there is no dead letter {number}: `harmwatch deadletters list` says which there are")
    redrive = read_redrives(settings).get(number)
    return {
        "letter": letter.number,
        "reason": letter.reason,
        "detail": letter.detail,
        "field": letter.field,
        "partition": letter.partition,
        "offset": letter.offset,
        "refused_at": format_instant(letter.refused_at),
        "truncated": letter.truncated,
        "key_base64": _base64(letter.key),
        "value_base64": _base64(letter.value),
        "redrive": redrive and redrive.model_dump() | {"became": _became(settings, redrive)},
    }


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


def render_list(document: dict[str, Any]) -> str:
    """Counts first, then each reason."""
    if not document["letters"]:
        return "no dead letters"
    head = f"{document['letters']} dead letters from {document['first']} to {document['last']}"
    counts = [f"{count:9} {name}" for name, count in document["reasons"].items()]
    newest = [
        f"  letter {item['letter']}: {item['reason']}, {printable(item['detail'])}" for item in document["newest"]
    ]
    return "\n".join([f"{head}, {document['redriven']} redriven", *counts, "the newest:", *newest])


def render_show(document: dict[str, Any]) -> str:
    """The reason, the place, the bytes, and what became of it."""
    lines = [
        f"letter {document['letter']}: {document['reason']}, {printable(document['detail'])}",
        f"field {printable(document['field'] or '(the whole record)')}",
        f"offences.v1 partition {document['partition']} offset {document['offset']}, refused {document['refused_at']}",
        f"key   {_text(document['key_base64'])}",
        f"value {_text(document['value_base64'])}",
    ]
    redrive = document["redrive"]
    if redrive:
        lines.append(f"redriven {redrive['at']} by {redrive['by']}: {redrive['why']} ({redrive['became']})")
    return "\n".join(lines)


def _text(encoded: str | None) -> str:
    return "null" if encoded is None else printable(base64.b64decode(encoded).decode(errors="backslashreplace"))
