"""A desk as the console serves it: what reads, what writes, and its pages."""

import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from datetime import tzinfo
from functools import partial
from zoneinfo import ZoneInfo

from audit.verify.desk_records import read_desk
from broker.acknowledged_writer import AcknowledgedWriter
from broker.clients import PartitionReader
from broker.newest_record import newest_sent_at
from console.access_log.leases import Leases
from console.form_seal import FormSeal
from console.handover.pack_reader import PackReader
from console.handover.shift_pages import ShiftPages
from console.pages import Pages
from console.sealed.stay_keys import StayKeys
from console.stays.action_desk import ActionDesk
from console.stays.clear_alerts import ClearAlerts
from console.stays.desk_reader import DeskReader
from console.stays.founding import first_entry, found_desk
from console.stays.lapse_writer import LapseWriter
from console.stays.live_desk import LiveDesk
from console.stays.person_lookup import PersonLookup
from console.stays.persons import Persons
from console.stays.queue_source import Now, QueueSource
from console.stays.shown_basis import BasisSeal
from console.stays.stay_pages import StayPages
from desk.records import DeskRecords
from harmwatch_client import Event as AlertEvent
from models.alert import alert_id
from models.clock import ClockMode
from models.errors import Unavailable
from models.instants import SECOND, Micros, parse_instant
from models.record import Record
from models.topics import DEAD_LETTERS, OFFICER_ACTIONS, Topic, topic_name
from runtime.events import Event, happened
from runtime.settings import Settings
from sight.local_times import short_moment

_RETRY_SECONDS = 5.0
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class OpenDesk:
    """Its pages, and the thread that reads for them."""

    pages: StayPages
    feed: DeskReader


@contextmanager
def open_desk(settings: Settings, pages: Pages, leases: Leases) -> Iterator[OpenDesk]:
    """While the block lasts; this console also keeps the desk: its rules, and what lapses. Raises Unavailable."""
    with ExitStack() as parts:
        writer = parts.enter_context(
            closing(AcknowledgedWriter(settings.brokers, topic_name(settings.prefix, OFFICER_ACTIONS)))
        )
        write = partial(writer.write, settings.board.encode())
        persons = parts.enter_context(closing(Persons(settings, lambda: pages.fan_out.view.published)))
        in_clear = parts.enter_context(closing(ClearAlerts(settings)))
        book = LiveDesk(settings.board)
        pages.fan_out.wording = replace(pages.fan_out.wording, stay_address=partial(stay_address, settings.board, book))
        keeper = _Keeper(settings, book, write)
        feed = DeskReader(settings, partial(_take, settings, book), lambda has_news: turned(has_news=has_news))
        news = QueueSource(
            settings.board, book, lambda: feed.reading, pages.fan_out.fresh, _now(settings, pages),
            _Clock(ZoneInfo(settings.zone)), in_clear,
        )  # fmt: skip
        lookup = PersonLookup(persons, lambda: pages.fan_out.view.entrances, news.alert, StayKeys(in_clear))
        lapsing = LapseWriter(book, lookup, write)

        def turned(*, has_news: bool) -> None:
            news.remake(has_news=has_news)
            keeper.look()
            lapsing.look(pages.fan_out.view, is_live=pages.fan_out.fresh().is_live)

        seal = BasisSeal(FormSeal.of(settings, "stay"))
        acting = parts.enter_context(closing(ActionDesk(book, lookup, seal, write, feed.hurry, news.clock)))
        with feed:
            packs = PackReader(partial(_records, settings))
            letter, of_shift = partial(_newest_letter, settings), FormSeal.of(settings, "handover")
            shifts = ShiftPages(pages, news, acting, leases, packs, letter, of_shift)
            yield OpenDesk(StayPages(pages, news, acting, leases, shifts, pages.fan_out.wording.handles), feed)


def _take(settings: Settings, book: LiveDesk, alerts: Sequence[AlertEvent], done: Sequence[Record]) -> None:
    """Into a desk that knows its history. Raises Unavailable, PreconditionFailed."""
    if not book.is_bound:
        book.bind(first_entry(settings).hash)
    book.take(alerts, done)


def _records(settings: Settings) -> DeskRecords:
    """Both topics to their ends. Raises Unproved, Unavailable."""

    def opened(topic: Topic, partition: int) -> PartitionReader:
        return PartitionReader(settings.brokers, topic_name(settings.prefix, topic), partition)

    return read_desk(opened, settings.board)


def _newest_letter(settings: Settings) -> float | None:
    return newest_sent_at(settings.brokers, topic_name(settings.prefix, DEAD_LETTERS))


def stay_address(board: str, book: LiveDesk, sequence: int) -> str:
    """Of a stay; empty: the desk has none that began so."""
    return f"/stays/{alert_id(board, sequence)}" if sequence in book.state().desk.stays else ""


@dataclass(frozen=True, slots=True)
class _Clock:
    zone: tzinfo

    def __call__(self, at: Micros, today: Micros) -> str:
        return short_moment(at, today, self.zone)


def _now(settings: Settings, pages: Pages) -> Now:
    """By this console's clock, which people's terms are told by; by the events' clock that of the board."""
    if settings.clock is ClockMode.WALL:
        return lambda: Micros(round(time.time() * SECOND))

    def of_board() -> Micros | None:
        as_of = pages.fan_out.view.as_of
        return None if as_of is None else parse_instant(as_of)

    return of_board


@dataclass(slots=True)
class _Keeper:
    """Gives a desk that has none its rules."""

    settings: Settings
    book: LiveDesk
    write: Callable[[bytes], int]
    next_at: float = 0.0

    def look(self) -> None:
        """Again and again, until there are some."""
        if time.monotonic() < self.next_at:
            return
        desk = self.book.state().desk
        self.next_at = time.monotonic() + _RETRY_SECONDS
        if desk.rules is not None:
            self.next_at = math.inf
            return
        try:
            found_desk(self.settings, desk, self.write)
        except Unavailable as error:
            log.warning("the desk has no rules yet: %s", error, extra=happened(Event.NO_DESK))
