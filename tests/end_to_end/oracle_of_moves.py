"""An oracle of every transition of one partition in event time; it shares no code with the service."""

from bisect import bisect_left, insort
from collections.abc import Iterator
from datetime import UTC, datetime
from heapq import heappop, heappush
from typing import Any

from tests.end_to_end.oracle import YEAR, weigh, when

Move = tuple[str, str, datetime, int | None, int]
Key = tuple[int, int, bytes]


class Oracle:
    """Scores one person again after each change of theirs, and compares the first `size` with the band."""

    def __init__(self, index: dict[str, int], size: int) -> None:
        self.index, self.size, self.band = index, size, set[bytes]()
        self.offences: dict[bytes, dict[str, dict[str, Any]]] = {}
        self.order: list[Key] = []
        self.keys: dict[bytes, Key] = {}

    def rescore(self, who: bytes, now: datetime) -> Iterator[Move]:
        """What moves when `who` is counted again at `now`."""
        anchored = [(when(r["reported_at"]), weigh(r, self.index)) for r in self.offences[who].values()]
        counted = [(at, weight) for at, weight in anchored if weight and at + YEAR > now]
        if who in self.keys:
            del self.order[bisect_left(self.order, self.keys.pop(who))]
        if counted:
            latest = max(at.date().toordinal() for at, _ in counted)
            self.keys[who] = (-sum(weight for _, weight in counted), -latest, who)
            insort(self.order, self.keys[who])
        top = [key[2] for key in self.order[: self.size]]
        for gone in self.band.difference(top):
            self.band.remove(gone)
            yield ("left", gone.decode(), now, *self.place(gone))
        for come in [who for who in top if who not in self.band]:
            self.band.add(come)
            yield ("entered", come.decode(), now, *self.place(come))

    def place(self, who: bytes) -> tuple[int | None, int]:
        """Rank and score."""
        key = self.keys.get(who)
        return (None, 0) if key is None else (bisect_left(self.order, key) + 1, -key[0])


def moves(reports: list[dict[str, Any]], index: dict[str, int], size: int) -> Iterator[Move]:
    """Every transition, in order; step ends come first, each at its own instant."""
    oracle, ends, now = Oracle(index, size), list[tuple[datetime, bytes]](), datetime(1900, 1, 1, tzinfo=UTC)
    for report in reports:
        now, who = max(now, when(report["recorded_at"])), report["offender_id"].encode()
        while ends and ends[0][0] <= now:
            at, due = heappop(ends)
            yield from oracle.rescore(due, at)
        given = {"reported_at": report["recorded_at"]} | report
        known = oracle.offences.setdefault(who, {}).get(report["offence_id"])
        if known is None or report.get("revision", 1) > known.get("revision", 1):
            oracle.offences[who][report["offence_id"]] = given
            if (end := when(given["reported_at"]) + YEAR) > now:
                heappush(ends, (end, who))
            yield from oracle.rescore(who, now)
