"""Whose turn it is: which alerts a subscription is sent next, and how many of them together."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

from delivery.alert_log import AlertLog
from delivery.ledger import Line
from delivery.numbering.composition import MOST_GATHERED
from delivery.numbering.governor import Capacity, Plan, plan
from delivery.waiting import done_before
from models.delivery.terms import Terms
from models.instants import format_instant, parse_instant


@dataclass(frozen=True, slots=True)
class Turn:
    """`sequences`: in order, at least one. `paced_until`: the governor's state behind it; None: there is none."""

    kind: Literal["one", "batch", "digest"]
    sequences: tuple[int, ...]
    paced_until: str | None = None


class Turns:
    """Of one subscription; `now` is the deliverer's clock, in RFC 3339."""

    def __init__(self, terms: Terms, alerts: AlertLog, now: Callable[[], str]) -> None:
        self._alerts, self._batch, self._now = alerts, terms.batch, now
        self._capacity = None if terms.capacity is None else Capacity.read(terms.capacity)

    def due(self, line: Line, most: int) -> tuple[int, ...]:
        """The next alerts that go out in one request; a baseline goes out alone."""
        found = list[int]()
        while len(found) < most and (at := self._alerts.next_sequence(line)) is not None:
            if found and self._alerts.is_baseline(at):
                break
            found.append(at)
            if self._alerts.is_baseline(at):
                break
            line = replace(line, place=at)
        return tuple(found)

    def next(self, line: Line) -> Turn | None:
        """None: nothing has come, or the governor waits."""
        if self._capacity is None:
            due = self.due(line, self._batch)
            return Turn("batch" if len(due) > 1 else "one", due) if due else None
        due, decided = self._governed(line)
        if not due or decided is None or decided.act == "wait":
            return None
        spent = format_instant(self._capacity.spent(_paced(line), parse_instant(self._now())))
        return Turn("one", due[:1], spent) if decided.act == "one" else Turn("digest", due, spent)

    def switch(self, line: Line) -> tuple[bool, int] | None:
        """Whether alerts are gathered from here on, and how many wait; None: the governor's switch stays as it is."""
        due, decided = self._governed(line)
        return None if decided is None or decided.is_gathering == line.gathering else (decided.is_gathering, len(due))

    async def wait(self, line: Line, news: asyncio.Event) -> None:
        """Returns at news, or where the governor gathers when its receiver can look at more.

        A recall is no alert: news of one ends the governor's wait as well.
        """
        seconds = self.wait_seconds(line)
        await done_before(news.wait(), *([] if seconds is None else [asyncio.sleep(seconds)]))

    def wait_seconds(self, line: Line) -> float | None:
        """For so long the governor gathers before the next digest; 0: it may go out by now, None: nothing waits."""
        _, decided = self._governed(line)
        return None if decided is None else decided.wait_us / 1_000_000

    def _governed(self, line: Line) -> tuple[tuple[int, ...], Plan | None]:
        due = () if self._capacity is None else self.due(line, MOST_GATHERED)
        if self._capacity is None or not due:
            return due, None
        return due, plan(
            self._capacity, is_gathering=line.gathering, paced_until_us=_paced(line), waiting=len(due),
            now_us=parse_instant(self._now()),
        )  # fmt: skip


def _paced(line: Line) -> int:
    return 0 if line.paced_until is None else parse_instant(line.paced_until)
