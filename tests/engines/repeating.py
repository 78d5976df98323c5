"""A history once more, entry by entry, as its journal tells of it: on another store and on another reference engine."""

from collections.abc import Sequence
from dataclasses import dataclass

import audit.repetition
import streams.repetition
from models.clock import ClockMode
from models.contribution import Contribution, Run
from models.instants import EARLIEST
from models.journal import FIRST_PREVIOUS_HASH, chain
from models.transition import Entry, EntryKind
from scoring.engine import Engine
from state.store import Answer, Applied, Store

GENERATION, DIGEST = "again", "digest"


@dataclass(frozen=True)
class Activated:
    """What the entry of a policy does not hold: everything known, assessed under it, and the band that it demands."""

    size: int
    exit_rank: int
    items: Sequence[Contribution]
    body: str


Told = Run | Activated | None


class Repeating:
    """Follows a journal; each entry must come out as it was, on both engines."""

    def __init__(self, store: Store, engine: Engine, clock: ClockMode) -> None:
        self._store = store
        self._engine = engine
        self._clock = clock
        self._hash = FIRST_PREVIOUS_HASH

    def found(self, size: int, exit_rank: int, ends: dict[int, int] | None) -> None:
        """The first entry."""
        self._store.claim(GENERATION)
        self._store.found(GENERATION, size, exit_rank, EARLIEST, "{}", ends)
        self._is_next(self._engine.found("{}"))

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

        repeated = audit.repetition.repeat_entry(self._engine, published, read_run, activate)
        assert repeated == entry
        if not self._beats(entry):
            answer = streams.repetition.repeat_entry(
                self._store, GENERATION, published, read_run, lambda: self._activate(told)
            )
            assert isinstance(answer, Applied)
        self._is_next(entry)

    def _beats(self, entry: Entry) -> bool:
        """Whether it is a heartbeat that the store takes for one; while a baseline is to come it may not."""
        if entry.kind is not EntryKind.HEARTBEAT:
            return False
        answer = self._store.beat(GENERATION, entry.number - 1, [entry.as_of])
        assert isinstance(answer, Applied) or self._store.position().awaits_baseline
        return isinstance(answer, Applied)

    def close(self) -> None:
        """Forgets the board."""
        self._store.drop(GENERATION)
        self._store.close()

    def _activate(self, told: Told) -> Answer:
        assert isinstance(told, Activated)
        answer = self._store.restate(GENERATION, told.items, first=True)
        if not isinstance(answer, Applied):
            return answer
        return self._store.activate(GENERATION, DIGEST, told.size, told.exit_rank, told.body)

    def _is_next(self, entry: Entry) -> None:
        assert self._store.outbox(2) == [entry]
        assert self._store.trim(GENERATION, entry.number, "hash") is None
