"""The letters on dead-letters.v1 and their redrives, and the options that select among them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

import click
from pydantic import ValidationError

from broker.clients import PartitionReader
from broker.open_transactions import wait_until_readable
from cli.instant_option import instant_option
from cli.output import say
from cli.topics import open_topics
from cli.waiting import say_waiting
from models.dead_letter import DeadLetter, read_dead_letter
from models.errors import BrokenInvariant, Reason
from models.record import Record
from models.redrive import Redrive
from models.topics import DEAD_LETTERS, REDRIVES, Topic
from runtime.settings import Settings


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


_OPTIONS = (
    click.option("--reason", type=click.Choice([str(reason) for reason in Reason]), help="Only this reason."),
    click.option("--since", help="Only letters of this instant or date, or later."),
    click.option("--until", help="Only letters before this instant or date."),
)
_Command = TypeVar("_Command", bound=Callable[..., None])


def selection_options(command: _Command) -> _Command:
    """Gives a command the options of a selection."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


def select(reason: str | None, since: str | None, until: str | None) -> Selection:
    """A selection as the command line gives it. Raises WrongUse for what is no instant."""
    instants = (
        None if text is None else instant_option(name, text) for name, text in (("--since", since), ("--until", until))
    )
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
    """None: another producer has written it."""
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
