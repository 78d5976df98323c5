"""`harmwatch desk`: queue, ageing and decisions as of an instant, from Kafka alone."""

import time
from collections import Counter
from contextlib import closing

import click

from audit.verify.desk_records import read_desk
from broker.reader import OpenReader, when_readable
from cli.desk.desk_document import DeskDocument, desk_document, render_desk
from cli.instant_option import instant_option
from cli.output import json_option, show
from cli.topics import open_topics, passed_over_option
from cli.waiting import say_waiting
from desk.pack import pack_again
from desk.records import DeskRecords
from models.errors import PreconditionFailed, Unproved
from models.instants import Micros
from models.journal.entry import JournalEntry
from models.topics import ALERTS, JOURNAL, OFFICER_ACTIONS
from runtime.settings import load_settings

DOCUMENT = DeskDocument


@click.command()
@click.option("--at", "at_text", help="The instant or date to look at; as shipped now.")
@click.option(
    "--handover", type=click.IntRange(1), metavar="N", help="The pack of the Nth handover instead, to the byte."
)
@passed_over_option
@json_option
def command(at_text: str | None, handover: int | None, passed_over: tuple[int, ...], as_json: bool) -> None:
    """Shows what waits at the duty desk, what is ageing and what was decided, computed from Kafka alone.

    With --handover the pack that was signed, made again: canonical JSON without a line end, of which `sha256sum` is
    what stands in the offer.
    """
    settings = load_settings()
    if handover is not None and at_text is not None:
        raise click.UsageError("--at and --handover exclude each other: a pack names its own instant")
    at = now() if at_text is None else instant_option("--at", at_text, ends_day=True)
    open_reader = when_readable(open_topics(settings, ALERTS, OFFICER_ACTIONS, JOURNAL), say_waiting)
    records = read_desk(open_reader, settings.board, passed_over)
    if handover is not None:
        click.echo(nth_pack(records, handover, _first_entry(open_reader)), nl=False)
        return
    show(desk_at(records, at, settings.board, _first_entry(open_reader)), as_json, render_desk)


def _first_entry(open_reader: OpenReader) -> str | None:
    """The hash of the journal's entry 1; None: there is none yet. Raises Unavailable."""
    with closing(open_reader(JOURNAL, 0)) as reader:
        first = next(iter(reader.read_until(min(1, reader.end()))), None)
    return None if first is None else JournalEntry.model_validate_json(first.value or b"").hash


def nth_pack(records: DeskRecords, number: int, first_entry: str | None = None) -> bytes:
    """The pack of a handover, counted from 1 in the order of the offers that were taken in.

    Raises PreconditionFailed where there is no such handover, Unproved where it is not the one that was signed.
    """
    handovers = records.fold(first_entry).desk().handovers
    if number > len(handovers):
        raise PreconditionFailed(f"there is no handover {number}: {len(handovers)} were offered")
    return pack_again(records, handovers[number - 1])


def now() -> Micros:
    """By this machine's clock."""
    return Micros(time.time_ns() // 1_000)


def desk_at(records: DeskRecords, at: Micros, board: str, first_entry: str | None = None) -> DeskDocument:
    """The document of `desk`.

    Raises Unproved where an action names an alert that is not there, PreconditionFailed where the desk had no rules
    yet, or is about another journal than that with this entry 1.
    """
    then = records.until(at)
    fold = then.fold(first_entry)
    if fold.stopped_at is not None:
        after = f"offset {fold.stopped_at.offset} of officer-actions.v1 names alert {fold.stopped_at.action.after}"
        raise Unproved(f"{after}, which is not there: run `harmwatch verify --desk`")
    desk = fold.desk(at)
    if desk.charter is None or desk.rules is None:
        raise PreconditionFailed(f"the desk of board {board} has no rules at that instant: no console had written any")
    answers = Counter(verdict.answer for verdict in fold.verdicts)
    return desk_document(desk, answers, len(then.foreign))
