"""The caller's clock: the second witness of what time it is, beside the store's own (lua/parts/clocks.lua)."""

import os
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass

import msgpack

from models.instants import DAY, SECOND

_FORGOTTEN_AFTER_US = 60 * SECOND
"""A caller who has not called for so long says nothing of its clock any more; lua/parts/clocks.lua has the same."""

_ANSWERS_IN_A_ROW = 2
"""A single one may have been on its way for long: its caller stood still."""


def wall_clock() -> int:
    """This machine's clock (microseconds)."""
    return int(time.time() * SECOND)


@dataclass(frozen=True, slots=True)
class CallerClock:
    """How far the store's clock is believed: `tolerance_us` ahead of `read`, and `longest_gap_us` after an entry."""

    tolerance_us: int = 60 * SECOND
    longest_gap_us: int = 7 * DAY
    read: Callable[[], int] = wall_clock

    def packed(self) -> bytes:
        """As every live call carries it: the instant, the two bounds, and whose clock it is."""
        name = f"{socket.gethostname()}/{os.getpid()}"
        packed: bytes = msgpack.packb([self.read(), self.tolerance_us, self.longest_gap_us, name], use_bin_type=False)
        return packed


@dataclass(frozen=True, slots=True)
class ClockSkew:
    """The clock of `caller` (host/process) is `ahead_us` ahead of the store's, behind it if negative.

    `since`: when that was seen first, by the earlier of the two.
    """

    caller: str
    ahead_us: int
    since: int


def read_clock_skews(packed: bytes | None, now: int) -> tuple[ClockSkew, ...]:
    """Whose clocks differ from the store's too much, the farthest first; `now` is the store's clock."""
    found = msgpack.unpackb(packed) if packed is not None else {}
    lasting = [
        ClockSkew(caller, ahead_us, since)
        for caller, (ahead_us, since, seen_at, answers) in found.items()
        if answers >= _ANSWERS_IN_A_ROW and abs(now - seen_at) <= _FORGOTTEN_AFTER_US
    ]
    return tuple(sorted(lasting, key=lambda apart: (-abs(apart.ahead_us), apart.caller)))
