"""A history once more, entry by entry, as its journal tells of it: on another store and on another reference engine."""

from collections.abc import Sequence
from dataclasses import dataclass

import audit.replay.repetition
import streams.recovery.repetition
from models.clock import ClockMode
from models.contribution import Contribution, Run
from models.instants import EARLIEST
from models.journal.entry import FIRST_PREVIOUS_HASH, chain
from models.journal.transition import Entry, EntryKind
from scoring.engine import Engine
from state.packing import Past
from state.store import Answer, Applied, Call, Store

GENERATION, DIGEST = "again", "digest"
TOGETHER = 20
"""Runs that are sent in one go, as a recovery does; the entries that come of them are compared then."""


@dataclass(frozen=True)
class Activated:
    """What the entry of a policy does not hold: everything known, assessed under it, and the band that it demands."""

    size: int
    exit_rank: int
    items: Sequence[Contribution]
    body: str


Told = Run | Activated | None


class EntryRepeater:
    """Follows a journal; each entry must come out as it was, on both engines.

    On the store ticks and heartbeats wait for what comes behind them, and are repeated in one call with it; runs wait
    for other runs.
    """

    def __init__(self, store: Store, engine: Engine, clock: ClockMode) -> None:
        self._store = store
        self._engine = engine
        self._clock = clock
        self._hash = FIRST_PREVIOUS_HASH
        self._waiting: list[Entry] = []
        self._calls: list[Call] = []
        self._expected: list[Entry] = []

    def found(self, size: int, exit_rank: int, ends: dict[int, int] | None) -> None:
        """The first entry."""
        self._store.claim(GENERATION)
        self._store.found(GENERATION, size, exit_rank, EARLIEST, "{}", ends)
        self._are_next(self._engine.found("{}"))

    def follow(self, entry: Entry, told: Told) -> None:
        """The next one; `told` is what Kafka would be asked for."""
        published = chain(entry, "b", self._clock, DIGEST, self._hash)
        self._hash = published.hash

        def read_run() -> Run:
            assert isinstance(told, Run)
            return told

        def activate() -> Entry:
            assert isinstance(told, Activated)
            return self._engine.activate(told.size, told.exit_rank, told.items, told.body)

        run = told if isinstance(told, Run) else None
        repeated = audit.replay.repetition.repeat_entry(self._engine, published, run, activate)
        assert repeated == entry
        if entry.kind in {EntryKind.TICK, EntryKind.HEARTBEAT}:
            self._waiting.append(entry)
        elif isinstance(told, Run):
            self._repeat_with_history(entry, told)
        else:
            self._repeat_history()
            answer = streams.recovery.repetition.repeat_entry(
                self._store, GENERATION, published, read_run, lambda: self._activate(told)
            )
            assert isinstance(answer, Applied)
            self._are_next(entry)

    def _repeat_with_history(self, entry: Entry, run: Run) -> None:
        """A run, and in the same call every tick and heartbeat since what was before them."""
        history, self._waiting = self._waiting, []
        now = entry.as_of if self._clock is ClockMode.WALL else None
        before = entry.number - len(history) - 1
        self._calls.append(self._store.run_again(run, GENERATION, before, now, [_past(one) for one in history]))
        self._expected += [*history, entry]
        if len(self._calls) >= TOGETHER:
            self._send_runs()

    def _send_runs(self) -> None:
        if self._calls:
            expected, self._expected = self._expected, []
            self._send(*self._calls)
            self._calls = []
            self._are_next(*expected)

    def _repeat_history(self) -> None:
        """The same without a run: heartbeats alone, or ticks as well; while a baseline is to come, every one may be."""
        self._send_runs()
        history, self._waiting = self._waiting, []
        if not history:
            return
        *earlier, last = history
        before, beat = history[0].number - 1, 0 if last.kind is EntryKind.HEARTBEAT else None
        call = self._store.tick_again(GENERATION, before, last.as_of, last.drained, beat, [_past(e) for e in earlier])
        if all(one.kind is EntryKind.HEARTBEAT for one in history):
            answer = self._store.beat(GENERATION, before, [one.as_of for one in history])
            assert isinstance(answer, Applied) or self._store.position().awaits_baseline
            if not isinstance(answer, Applied):
                self._send(call)
        else:
            self._send(call)
        self._are_next(*history)

    def _send(self, *calls: Call) -> None:
        answers, _ = self._store.send(calls, 1).answers()
        assert [type(answer) for answer in answers] == [Applied] * len(calls)

    def close(self) -> None:
        """Repeats what waits, and forgets the board."""
        self._repeat_history()
        self._store.drop(GENERATION)
        self._store.close()

    def _activate(self, told: Told) -> Answer:
        assert isinstance(told, Activated)
        answer = self._store.reassess(GENERATION, told.items, first=True)
        if not isinstance(answer, Applied):
            return answer
        return self._store.activate(GENERATION, DIGEST, told.size, told.exit_rank, told.body)

    def _are_next(self, *entries: Entry) -> None:
        assert self._store.outbox(len(entries) + 1) == list(entries)
        assert self._store.trim(GENERATION, entries[-1].number, "hash") is None


def _past(entry: Entry) -> Past:
    return entry.as_of, None if entry.kind is EntryKind.HEARTBEAT else entry.drained
