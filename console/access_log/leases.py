"""Leases: an officer may be shown the list for ten minutes once that stands on access-log.v1, and not before."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

from console.officer import Officer
from models.access_log.look import DisclosureLook, ListLook, Look, StayLook, StaysLook
from models.errors import Unavailable
from models.instants import SECOND, format_instant
from sight.printable import printable

LASTS_SECONDS = 600
RENEWED_SECONDS = 120.0
"""So long before its end a page that is open asks for the next one."""

_MARGIN_SECONDS = 1.0
"""A lease ends here a little earlier than the record says."""

_TRIES = 3
"""What was made while the board became another one is made again."""

T = TypeVar("T")
StaysPage = Literal["ageing", "handover", "second_key"]
Write = Callable[[Look], Awaitable[None]]
"""Writes a look; it is there when this returns. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is shown: how many lines and newest alerts, from which entry of which generation on.

    `is_unseen`: nothing of the board has been seen yet, so that its page names nobody.
    """

    generation: str
    entry: int
    lines: int
    alerts: int
    is_unseen: bool = False
    shown: int = 0
    """how many lines there are at this moment"""


@dataclass(frozen=True, slots=True)
class _Lease:
    generation: str
    lines: int
    ends_at: float


def look_head(board: str, officer: Officer) -> dict[str, Any]:  # Any: the fields
    """What the record of a look begins with: who looks now, and from where."""
    return {
        "board": board, "by": officer.by, "role": officer.role.value, "address": officer.address or None,
        "at": format_instant(round(time.time() * SECOND)),
    }  # fmt: skip


def not_recorded(error: Unavailable) -> str:
    """What a page says that shows nothing, since no look can be written."""
    return f"Looks cannot be recorded now, so nothing that names anybody is shown: {printable(str(error))}"


class Leases:
    """The leases of a console by officer, for use in its event loop alone.

    `of_board`: what is shown names those on the board alone, so that it needs no lease before that was seen.
    """

    def __init__(
        self, board: str, write: Write, place: Callable[[], Place], steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._board, self._write, self._place, self._steady = board, write, place, steady
        self._leases: dict[Officer, _Lease] = {}
        self._asking: dict[Officer, asyncio.Task[None]] = {}
        self._why: dict[Officer, str] = {}

    async def open(self, officer: Officer, *, of_board: bool) -> None:
        """From here on the list may be shown to this officer. Raises Unavailable."""
        if self._left(officer, of_board=of_board) <= 0:
            await asyncio.shield(self._ask(officer))
            self._why.pop(officer, None)
            if self._left(officer, of_board=of_board) <= 0:
                raise Unavailable("the board moves on to another generation at this moment")

    async def shown(self, officer: Officer, make: Callable[[], Awaitable[T]], *, of_board: bool) -> T:
        """What `make` makes of the list, under a lease that still holds when it is made. Raises Unavailable."""
        for _ in range(_TRIES):
            await self.open(officer, of_board=of_board)
            made = await make()
            if not self.why_closed(officer, of_board=of_board):
                return made
        raise Unavailable("the board changes at this moment")

    def _head(self, officer: Officer, results: int) -> dict[str, Any]:  # Any: the fields
        return look_head(self._board, officer) | {"results": results}

    async def look_at_stay(self, officer: Officer, stay: int) -> None:
        """The page of a stay may be shown to this officer, once. Raises Unavailable."""
        place = self._place()
        await self._write(
            StayLook(
                **self._head(officer, 1), generation=place.generation, from_entry=place.entry,
                stay=stay,
            )
        )  # fmt: skip

    async def look_at_stays(self, officer: Officer, page: StaysPage, stays: Sequence[int]) -> None:
        """A page that names these may be shown to this officer, once. Raises Unavailable."""
        place, named = self._place(), tuple(dict.fromkeys(stays))
        await self._write(
            StaysLook(
                **self._head(officer, len(named)), page=page, generation=place.generation, from_entry=place.entry,
                stays=named,
            )
        )  # fmt: skip

    async def disclose(
        self,
        officer: Officer,
        page: Literal["stay", "handover"],
        stays: Sequence[int],
        *,
        recipient: str,
        why: str,
    ) -> None:
        """A page that is printed for somebody else may be shown to this officer, once. Raises Unavailable."""
        place, named = self._place(), tuple(dict.fromkeys(stays))
        await self._write(
            DisclosureLook(
                **self._head(officer, len(named)), page=page, generation=place.generation, from_entry=place.entry,
                stays=named, recipient=recipient, why=why,
            )
        )  # fmt: skip

    def why_closed(self, officer: Officer, *, of_board: bool) -> str:
        """Why nothing may be shown at this moment, empty where it may; what is due is asked for meanwhile.

        To be asked after what is shown was taken: what changes in between is another place.
        """
        left = self._left(officer, of_board=of_board)
        if left < RENEWED_SECONDS and officer not in self._asking:
            self._ask(officer)
        return "" if left > 0 else self._why.get(officer, "this look is being recorded")

    def _left(self, officer: Officer, *, of_board: bool) -> float:
        """Seconds for which the list may still be shown."""
        lease, place = self._leases.get(officer), self._place()
        if place.is_unseen and of_board:
            return LASTS_SECONDS
        if lease is None or (lease.generation, lease.lines) != (place.generation, place.lines):
            return 0.0
        return lease.ends_at - self._steady()

    def _ask(self, officer: Officer) -> asyncio.Task[None]:
        """One record for all pages of an officer that ask at the same time."""
        task = self._asking.get(officer)
        if task is None:
            task = self._asking[officer] = asyncio.create_task(self._begin(officer))
            task.add_done_callback(lambda done: self._asked(officer, done))
        return task

    def _asked(self, officer: Officer, done: asyncio.Task[None]) -> None:
        del self._asking[officer]
        if not done.cancelled() and (error := done.exception()) is not None:
            self._why[officer] = f"looks cannot be recorded: {printable(str(error))}"

    async def _begin(self, officer: Officer) -> None:
        place, began_at, now = self._place(), self._steady(), round(time.time() * SECOND)
        await self._write(
            ListLook(
                **(self._head(officer, place.shown) | {"at": format_instant(now)}),
                generation=place.generation,
                from_entry=place.entry,
                lines=place.lines,
                alerts=place.alerts,
                until=format_instant(now + LASTS_SECONDS * SECOND),
            )
        )
        self._leases[officer] = _Lease(place.generation, place.lines, began_at + LASTS_SECONDS - _MARGIN_SECONDS)
        self._why.pop(officer, None)
        for other in [each for each, lease in self._leases.items() if lease.ends_at < began_at]:
            del self._leases[other]
