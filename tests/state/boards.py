"""A board on a real Valkey, and what goes on it: everything is valid by default."""

import itertools
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import redis

from models.clock import ClockMode
from models.contribution import Contribution, Refusal, Run, Step, Weight
from models.instants import DAY, EARLIEST, parse_instant
from state.board_settings import BoardSettings
from state.clocks import CallerClock
from state.keys import NAMES, Keys
from state.limits import SHIPPED, StoreLimits
from state.store import Answer, Store

START = parse_instant("2024-03-01T00:00:00Z")
YEAR = 365 * DAY
GENERATION = "one"
SIZE = 2
_boards = itertools.count()


class Board:
    """A board of its own, founded and open; `dump` shows every byte of it."""

    def __init__(
        self,
        url: str,
        *,
        clock: str = "event",
        ends: dict[int, int] | None = None,
        alerts_after: int | None = None,
        limits: StoreLimits = SHIPPED,
    ) -> None:
        self.url = url
        self.keys = Keys("", f"state{next(_boards)}")
        self.store = Store(url, self.keys, BoardSettings("digest", clock, alerts_after), limits=limits)
        self.client = redis.Redis.from_url(url)
        self.store.claim(GENERATION)
        self.store.found(GENERATION, SIZE, SIZE, EARLIEST, "{}", ends)
        self.store.renew(GENERATION, "{}")

    def limit(self, **limits: Any) -> None:
        """From here on the store's calls may do so much; the names are those of StoreLimits."""
        self.store.limits = replace(self.store.limits, **limits)

    def apply(self, run: Run, seen: int = 0, generation: str = GENERATION, now: int | None = None) -> Answer:
        """Applies a run under the board's generation."""
        return self.store.apply(run, generation, seen, now)

    def take(self, *items: Contribution, partition: int = 0) -> Answer:
        """Applies the items at the next offsets of the partition."""
        start = self.store.position().ledger.get(partition, 0)
        return self.apply(a_run(items, start, partition))

    def dump(self) -> dict[str, bytes | None]:
        """Every key's content, as Redis itself writes it down."""
        return {name: self.client.dump(self.keys[name]) for name in NAMES}

    def called_by(self, clock: CallerClock) -> Store:
        """The store of a worker on this board, which goes by the wall, whose machine has this clock."""
        return Store(self.url, self.keys, BoardSettings("digest", ClockMode.WALL, None), clock)

    def other(self, digest: str = "digest", clock: str = "event", alerts_after: int | None = None) -> Store:
        """A second worker's store on this board, with settings of its own."""
        return Store(self.url, self.keys, BoardSettings(digest, ClockMode(clock), alerts_after))


def a_report(  # noqa: PLR0913  (a builder: every argument is one field to change)
    offender_id: str = "a",
    millidays: int = 10,
    offence_id: str = "1",
    *,
    kind: str = "offence.reported",
    revision: int = 1,
    at: int = START,
    lasts: int = YEAR,
    steps: Sequence[Step] | None = None,
) -> Contribution:
    """A contribution of one step by default; steps count from `at`."""
    given = (Step(lasts, millidays),) if steps is None else tuple(steps)
    return Contribution(
        offset=0,
        event_id=f"{offender_id}/{offence_id}/{revision}",
        kind=kind,
        offender_id=offender_id,
        offence_id=offence_id,
        revision=revision,
        recorded_at=at,
        reported_at=at,
        anchor_at=at,
        weight=Weight("19C.1.1", given),
    )


def a_run(items: Sequence[Contribution], start: int = 0, partition: int = 0, refusals: Sequence[Refusal] = ()) -> Run:
    """A run of the items, one offset each."""
    placed = tuple(item._replace(offset=start + number) for number, item in enumerate(items))
    return Run(partition, start, start + len(items), "0" * 64, placed, tuple(refusals))
