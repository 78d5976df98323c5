"""Where one person's score or membership turns, if no further report came for anyone, without letting time pass.

While none of their own offences ends, others only fall behind them: no step counts more than the one before it. So
all that has to be known of the others is when each of those who stand before the person no longer does.
"""

from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from audit.history.forecast import Point
from models.contribution import Millidays
from scoring.engine import Engine
from scoring.person import Person, RankKey

_BEHIND_ALL: RankKey = b"\xff"

Fall = tuple[int, bytes]
"""When somebody falls behind, and their id: in the order in which a board takes what ends."""


class RankPath(NamedTuple):
    """What is to come of one person: the instants at which something ends, and the rank key from each of them on."""

    instants: list[int]
    keys: list[RankKey]

    @classmethod
    def of(cls, person: Person) -> "RankPath":
        """Keys only rise."""
        coming = list(person.coming_keys())
        return cls([at for at, _, _ in coming], [_BEHIND_ALL if key is None else key for _, _, key in coming])

    def behind(self, key: RankKey) -> int:
        """When the person stands behind a key before which they stand now."""
        return self.instants[bisect_right(self.keys, key)]


def turns(engine: Engine, offender_id: str) -> Iterator[Point]:
    """The present and every change of score or membership until nothing counts.

    Where others alone moved the person, the rank is the one right after that move.
    """
    return _Outlook(engine, offender_id).points()


class _Outlook:
    def __init__(self, engine: Engine, offender_id: str) -> None:
        self._engine = engine
        self._person = engine.person(offender_id)
        self._size, self._exit_rank = engine.edges
        self._in_band = offender_id in engine.members
        self._falls: dict[bytes, RankPath] = {}

    def points(self) -> Iterator[Point]:
        person, now = self._person, self._engine.as_of
        rank = self._engine.standing(person.offender_id).rank
        last = Point(now, Millidays(person.score), rank, self._in_band)
        yield last
        before = [] if person.standing_key is None else self._falls_behind(person.standing_key)
        for due, score, key in person.coming_keys():
            entry = self._entry(before, (due, person.encoded))
            if entry is not None and entry < due:
                last = Point(entry, last.score, self._size, True)
                yield last
            self._in_band = self._in_band or entry is not None
            before = [] if key is None else self._falls_behind(key)
            point = Point(due, Millidays(score), self._pass(before, due, is_ranked=key is not None), self._in_band)
            if (point.score, point.in_band) != (last.score, last.in_band):
                last = point
                yield point

    def _entry(self, before: list[Fall], own_end: Fall) -> int | None:
        """When others have made room, before an end of the person's own; None: they did not, or the person is in."""
        room = len(before) - self._size
        if self._in_band or room < 0 or before[room] >= own_end:
            return None
        return before[room][0]

    def _pass(self, before: list[Fall], due: int, *, is_ranked: bool) -> int | None:
        """The rank when all is worked off that is due with an end of the person's own; membership right after it."""
        if not is_ranked:
            self._in_band = False
            return None
        rank_within = 1 + sum((due, self._person.encoded) < fall for fall in before)
        rank = 1 + sum(due < at for at, _ in before)
        self._in_band = (self._in_band and rank_within <= self._exit_rank) or rank <= self._size
        return rank

    def _falls_behind(self, key: RankKey) -> list[Fall]:
        """When each of those who stand before a key now falls behind it."""
        own, found = self._person.encoded, []
        for other in self._engine.before(key):
            if other.encoded != own:
                falls = self._falls.get(other.encoded) or self._falls.setdefault(other.encoded, RankPath.of(other))
                found.append((falls.behind(key), other.encoded))
        return sorted(found)
