"""A journal as it is in service: a run per record or two, a tick where a step ends, a heartbeat for every quiet minute.

The reference engine makes it, over a synthetic London that ends now. History is loaded first, as a new board would be:
without it no step would end in the first year.
"""

import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import msgspec

from broker.entries import BEGINNING
from models.clock import ClockMode
from models.errors import BrokenInvariant, WrongUse
from models.instants import EARLIEST, LATEST, SECOND, format_instant, parse_instant
from models.journal.transition import Entry
from models.policy import Policy
from models.record import Record
from runtime.in_force import InForce
from runtime.installation import Installation
from scoring.assess import Assessor
from scoring.engine import Engine
from scoring.run import assess_run
from streams.relay.publisher import Publisher
from streams.relay.transactions import Transactions

_HISTORY_RUN_RECORDS = 1_000
_TICK_LIMIT = 1_000
_HEARTBEAT_US = 60 * SECOND
_TICKS_EVERY_US = SECOND // 2
_LATE_US = 1_000
_ENTRIES_AT_ONCE = 500
_A_RECOVERY = '{"generation":"bench"}'
_INSTANTS = ("occurred_at", "recorded_at", "reported_at")


class Sent(NamedTuple):
    """A record of the input, and where it lies."""

    partition: int
    record: Record


@dataclass(frozen=True, slots=True)
class Reports:
    """Reports of London as lines, moved in time by `moved_us`, so that the last of them are from now."""

    lines: Iterable[bytes]
    moved_us: int

    def __iter__(self) -> Iterator[tuple[int, bytes, bytes]]:
        """Of each the instant at which it was recorded, its key and its value."""
        for line in self.lines:
            report = msgspec.json.decode(line)
            for name in _INSTANTS:
                report[name] = format_instant(parse_instant(report[name]) + self.moved_us)
            yield parse_instant(report["recorded_at"]), report["offender_id"].encode(), msgspec.json.encode(report)


def _unsealed(_person: str, _sequence: int) -> None:
    """Not used on a board that seals nothing."""


class Service:
    """Makes the entries of a board and publishes them as its relay would, with alerts. `entries` were made so far."""

    def __init__(self, installation: Installation, transactions: Transactions, *, keeps_reports: bool) -> None:
        policy = installation.policy
        self.entries = 0
        self._installation = installation
        self._transactions = transactions
        self._publisher = Publisher(installation, transactions, BEGINNING, _unsealed, silent=False)
        self._engine = Engine(policy.band_size, policy.exit_rank, ClockMode.WALL)
        self._assess = Assessor(policy)
        self._in_force = InForce() if keeps_reports else None
        self._chance = random.Random(1)
        self._waiting: list[Entry] = []
        self._newest_as_of = 0

    def found(self) -> None:
        """The first two entries: the founding, and the first worker's recovery."""
        self._emit(self._engine.found(self._installation.founding(None)))
        self._emit(self._engine.recover(_A_RECOVERY))

    def load(self, records: Sequence[Sent], now: int) -> None:
        """History, in runs of a thousand, at one instant."""
        partitions: dict[int, list[Record]] = {}
        for partition, record in records:
            partitions.setdefault(partition, []).append(record)
        for partition, lain in partitions.items():
            for start in range(0, len(lain), _HISTORY_RUN_RECORDS):
                self.run(partition, lain[start : start + _HISTORY_RUN_RECORDS], now)

    def run(self, partition: int, records: list[Record], now: int) -> None:
        """One run, after whatever time brings until then."""
        self._pass_time(now)
        run = assess_run(partition, records[0].offset, records[-1].offset + 1, records, self._assess)
        entry = self._engine.apply(run, now)
        if not isinstance(entry, Entry):
            raise BrokenInvariant(f"the engine answers {entry} to a run of the bench")
        self._emit(entry)
        if self._in_force is not None:
            self._in_force.take(records, {refusal.offset for refusal in run.refusals})

    def activate(self, policy: Policy, now: int) -> None:
        """Puts another policy in force, as `harmwatch policy activate` does."""
        if self._in_force is None:
            raise WrongUse("a board that keeps no reports activates nothing")
        self._pass_time(now)
        self._publish()
        tail = self._publisher.tail
        self._publisher.close()
        self._installation = replace(self._installation, policy=policy)
        self._publisher = Publisher(self._installation, self._transactions, tail, _unsealed, silent=False)
        known = self._in_force.contributions(policy)
        self._emit(self._engine.activate(policy.band_size, policy.exit_rank, known, policy.entry_body()))
        self._emit(self._engine.recover(_A_RECOVERY))
        self._assess = Assessor(policy)

    def end(self, now: int) -> None:
        """Lets time pass until then, and publishes everything."""
        self._pass_time(now)
        self._publish()
        self._publisher.close()

    def _pass_time(self, until: int) -> None:
        """A relay looks twice a second, and the moment that a step ends."""
        while (at := self._next_tick()) <= until:
            entry = self._engine.tick(at, _TICK_LIMIT, _HEARTBEAT_US)
            if entry is not None:
                self._emit(entry)

    def _next_tick(self) -> int:
        due, beat_at = (
            self._engine.next_due,
            self._newest_as_of + _HEARTBEAT_US + self._chance.randrange(_TICKS_EVERY_US),
        )
        if self._engine.as_of <= EARLIEST:
            return LATEST  # a new board stands still until its first record
        return beat_at if due is None else min(beat_at, max(due, self._engine.as_of) + _LATE_US)

    def _emit(self, entry: Entry) -> None:
        self.entries += 1
        self._newest_as_of = entry.as_of
        self._waiting.append(entry)
        if len(self._waiting) == _ENTRIES_AT_ONCE:
            self._publish()

    def _publish(self) -> None:
        self._publisher.publish(self._waiting)
        self._waiting = []
