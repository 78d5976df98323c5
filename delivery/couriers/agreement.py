"""How long the agreement with a subscription lasts."""

import asyncio
import math
from collections.abc import Callable

from delivery.ledger import Line
from models.instants import parse_instant

_LOOK_SECONDS = 60.0
"""How often somebody who waits looks at the clock again."""


class AgreementClock:
    """`now` in RFC 3339; `line` as it is now."""

    def __init__(self, until: str | None, now: Callable[[], str], line: Callable[[], Line]) -> None:
        self._until, self._now, self._line = until, now, line

    @property
    def has_end(self) -> bool:
        """Whether it is yet to end."""
        return self._until is not None and self._line().ended is None

    def left(self) -> float:
        """Seconds until the agreement ends."""
        until = self._until
        return math.inf if until is None else (parse_instant(until) - parse_instant(self._now())) / 1_000_000

    def is_over(self) -> bool:
        """Whether the agreement has ended, and the ledger does not say so yet."""
        return self._line().ended is None and self.left() <= 0

    async def over(self) -> None:
        """Returns when the agreement has ended; a clock may be set meanwhile."""
        while (left := self.left()) > 0:
            await asyncio.sleep(min(left, _LOOK_SECONDS))
