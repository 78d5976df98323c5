"""The outside view of a board as metrics: what `harmwatch exporter` tells, whatever workers say of themselves."""

import logging
import time
from collections.abc import Callable, Iterator
from functools import partial

from broker.newest_record import newest_sent_at
from cli.service.waiting_records import WaitingRecords
from models.clock import ClockMode
from models.errors import HarmwatchError
from models.instants import SECOND, parse_instant
from models.topics import CHECKPOINTS, topic_name
from runtime.certificates import CertificateSource, own_sources, server_sources
from runtime.events import Event, happened
from runtime.metrics.meters import Sample
from runtime.settings import Settings
from runtime.topic_checks import topic_faults
from sight.health import Health
from sight.look import Look
from sight.look_document import STATES, ClockDocument, LookDocument

WITHIN_SECONDS = 30.0
_TOPICS_EVERY_SECONDS = 300.0
log = logging.getLogger(__name__)


class OutsideView:
    """Connections that stay open from look to look. Raises PreconditionFailed, Unavailable; then `close` it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._health = Health(settings.clock, WITHIN_SECONDS)
        self._waiting = WaitingRecords(settings)
        self._look: Look | None = None
        self._topic_id = ""
        self._front: tuple[int, float] | None = None
        self._seldom: list[Sample] = []
        self._seldom_at = -_TOPICS_EVERY_SECONDS

    def look(self) -> list[Sample]:
        """What the board is like now."""
        if self._look is None:
            self._look = Look(self._settings)
        document = self._look.document()
        if self._topic_id != self._look.topic_id:  # the readers stand in a topic that is gone
            self._waiting.close()
            self._topic_id = self._look.topic_id
        reasons, in_doubt = self._health.judge(document, time.monotonic())
        judged: list[Sample] = [] if in_doubt and not reasons else [("board_good", {}, not reasons)]
        return [
            *judged,
            ("wall_clock", {}, self._settings.clock is ClockMode.WALL),
            *_of_the_board(document),
            *self._of_partitions(document),
            *self._of_the_outbox(document),
            *self._of_the_store(self._look),
            *self._of_topics(),
        ]

    def close(self) -> None:
        """Ends the connections."""
        self._waiting.close()
        if self._look is not None:
            self._look.close()
            self._look = None

    def _of_partitions(self, document: LookDocument) -> Iterator[Sample]:
        now, parked = time.time(), {each.partition for each in document.parked}
        waiting = {each.partition: (each.applied, each.end - each.held_back) for each in document.partitions}
        ages = self._waiting.ages(waiting)
        for each in document.partitions:
            label = {"partition": str(each.partition)}
            yield "end_offset", label, each.end
            yield "applied_offset", label, each.applied
            yield "lag_records", label, max(0, each.end - each.applied)
            yield "lag_seconds", label, ages[each.partition]
            yield "held_back_records", label, each.held_back
            yield "parked", label, each.partition in parked
            if each.silent_seconds is not None:
                yield "last_applied_timestamp_seconds", label, now - each.silent_seconds

    def _of_the_outbox(self, document: LookDocument) -> Iterator[Sample]:
        front, now = document.entry - document.outbox, time.monotonic()
        if not document.outbox:
            self._front = None
        elif self._front is None or self._front[0] != front:
            self._front = front, now
        yield "outbox_entries", {}, document.outbox
        yield "outbox_oldest_seconds", {}, 0.0 if self._front is None else now - self._front[1]

    def _of_the_store(self, look: Look) -> Iterator[Sample]:
        fill = look.store.fill()
        yield "band_members", {}, fill.band
        yield "ranked_persons", {}, fill.ranked
        yield "due_steps", {}, fill.due
        yield "store_memory_bytes", {}, fill.memory_bytes
        yield "store_memory_limit_bytes", {}, fill.limit_bytes

    def _of_topics(self) -> list[Sample]:
        """Dear to ask for, and seldom another."""
        if time.monotonic() - self._seldom_at >= _TOPICS_EVERY_SECONDS:
            asked = (self._of_faults, self._of_checkpoints)
            samples = [sample for ask in asked for sample in _answered(ask)]
            self._seldom = [*samples, *certificate_samples(self._settings)]
            self._seldom_at = time.monotonic()
        return self._seldom

    def _of_faults(self) -> Iterator[Sample]:
        yield "topic_faults", {}, len(topic_faults(self._settings))

    def _of_checkpoints(self) -> Iterator[Sample]:
        settings = self._settings
        sent_at = newest_sent_at(settings.brokers, topic_name(settings.prefix, CHECKPOINTS))
        if sent_at is not None:
            yield "checkpoint_timestamp_seconds", {}, sent_at


def certificate_samples(settings: Settings) -> Iterator[Sample]:
    """Of every certificate that can be looked at."""
    for source in (*own_sources(settings), *server_sources(settings)):
        yield from _answered(partial(_of_certificates, source))


def _of_certificates(source: CertificateSource) -> Iterator[Sample]:
    for name, end in source().items():
        yield "certificate_expiry_timestamp_seconds", {"of": name}, end


def _answered(ask: Callable[[], Iterator[Sample]]) -> list[Sample]:
    """What is answered. One that is refused is said in the log and left out: the board itself is seen all the same."""
    try:
        return list(ask())
    except HarmwatchError as error:
        log.warning("a metric is left out: %s", error, extra=happened(Event.LEFT_OUT))
        return []


def _of_the_board(document: LookDocument) -> Iterator[Sample]:
    for state in STATES:
        yield "board_state", {"state": state}, state == document.state
    yield "entry", {}, document.entry
    yield "sequence", {}, document.sequence
    yield "unread_partitions", {}, sum(each.owner is None for each in document.partitions)
    yield "group_members", {}, document.workers
    yield "clock_difference_seconds", {}, _difference(document.clock)
    if document.as_of is not None:
        yield "as_of_timestamp_seconds", {}, parse_instant(document.as_of) / SECOND
    if document.recovery is not None:
        yield "recovery_entries", {}, document.recovery.of
        yield "recovery_entries_done", {}, document.recovery.entry


def _difference(clock: ClockDocument | None) -> float:
    """Of a board on which time would leap the clocks agree with each other."""
    if clock is None or clock.ahead == "both":
        return 0.0
    seconds = float(clock.seconds)
    return seconds if clock.ahead == "worker" else -seconds
