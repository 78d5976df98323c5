"""The clocks of a wall board: who lets time pass beside the relay, and a person's word that it may leap."""

import asyncio
import json
from collections.abc import Callable

from models.answers import Leap
from models.errors import PreconditionFailed, Unavailable
from models.instants import SECOND, format_instant
from state.position import Position
from state.store import Applied, Store

_LOOK_SECONDS = 1.0
_LATE_US = 5 * SECOND


def render_leap(leap: Leap) -> str:
    """What is wrong with the time, and what to do."""
    return (
        f"the clocks say {format_instant(leap.instant)}, and the newest entry is of {format_instant(leap.newest)}: "
        "time does not pass and nothing is applied. If the clocks are wrong, set them right; if they are right, "
        "`harmwatch worker --accept-clock` lets time pass."
    )


class Ticker:
    """Ticks where the relay does not, whose clock may be behind that of this worker, which may be standing by.

    `word`: the person who started this worker has said that time may leap. It holds for one leap.
    """

    def __init__(self, open_store: Callable[[], Store], *, word: bool) -> None:
        self._open_store = open_store
        self._store: Store | None = None
        self._word = word

    async def run(self) -> None:
        """Never returns; closes its store when it is cancelled."""
        try:
            while True:
                await asyncio.sleep(_LOOK_SECONDS)
                await asyncio.to_thread(self._look)
        finally:
            self._close()

    def _look(self) -> None:
        try:
            self._store = self._store or self._open_store()
            self._move(self._store, self._store.position())
        except (Unavailable, PreconditionFailed):  # those who work on the board say so
            self._close()

    def _close(self) -> None:
        if self._store is not None:
            self._store.close()
            self._store = None

    def _move(self, store: Store, position: Position) -> None:
        if position.generation is None or position.entry is None:
            return
        if position.leap is not None and self._word:
            leap = position.leap
            body = {"clock": format_instant(leap.instant), "newest_entry": format_instant(leap.newest)}
            self._word = not isinstance(store.accept(position.generation, position.entry, json.dumps(body)), Applied)
        elif store.lateness_us() > _LATE_US:
            store.tick(position.generation, position.entry)
