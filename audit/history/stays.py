"""When who was in the band: the stays that transitions tell of."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from models.journal.transition import Move, Transition


@dataclass(frozen=True, slots=True)
class Stay:
    """From `start` until `end` (microseconds, exclusive), None: still there."""

    start: int
    end: int | None

    def holds(self, instant: int) -> bool:
        """Whether the stay covers an instant."""
        return self.start <= instant and (self.end is None or instant < self.end)


class Stays:
    """The stays of everybody; those that began and ended at one instant are none."""

    def __init__(self) -> None:
        self._ended: dict[str, list[Stay]] = {}
        self._since: dict[str, int] = {}

    def take(self, transitions: Iterable[Transition]) -> None:
        """Takes in what happened next."""
        for change in transitions:
            if change.move is Move.ENTERED:
                self._since[change.offender_id] = change.as_of
                continue
            start = self._since.pop(change.offender_id)
            if start < change.as_of:
                self._ended.setdefault(change.offender_id, []).append(Stay(start, change.as_of))

    def of(self, offender_id: str) -> list[Stay]:
        """One person's, in order."""
        since = self._since.get(offender_id)
        present = [] if since is None else [Stay(since, None)]
        return self._ended.get(offender_id, []) + present

    def offenders(self) -> set[str]:
        """Everybody who ever stayed."""
        return self._ended.keys() | self._since.keys()

    def microseconds(self, offender_id: str, start: int, end: int) -> int:
        """How long one person stayed within [start, end)."""
        return sum(until - since for since, until in clipped(self.of(offender_id), start, end))


def clipped(stays: Iterable[Stay], start: int, end: int) -> Iterator[tuple[int, int]]:
    """What of the stays lies in [start, end)."""
    for stay in stays:
        since, until = max(stay.start, start), end if stay.end is None else min(stay.end, end)
        if since < until:
            yield since, until


def gaps(stays: Iterable[Stay], start: int, end: int) -> Iterator[tuple[int, int]]:
    """What of [start, end) lies outside of the stays, which are in order."""
    for since, until in clipped(stays, start, end):
        if start < since:
            yield start, since
        start = until
    if start < end:
        yield start, end
