"""What `harmwatch status` says of the clocks: whose differ, and whether time is to leap."""

from typing import Literal

from models.instants import DAY, SECOND, format_instant
from sight.look_document import ClockDocument
from state.clocks import ClockSkew
from state.position import Position

_HOUR_SECONDS, _DAY_SECONDS = 3_600.0, 86_400.0


def clock_document(position: Position) -> ClockDocument | None:
    """Which clock is ahead, by how much, since when; None while they agree and time passes by itself."""
    leap = position.leap
    if leap is not None:
        seconds = (leap.instant - leap.newest) / SECOND
        why = (
            f"the clocks say {format_instant(leap.instant)}, {leap.instant // DAY - leap.newest // DAY} days after the "
            f"newest entry ({format_instant(leap.newest)}): nothing is applied until the clocks are set right or "
            "`harmwatch worker --accept-clock` says that they are"
        )
        return ClockDocument(ahead="both", seconds=seconds, since=format_instant(leap.since), worker=None, why=why)
    if not position.apart:
        return None
    apart = position.apart[0]
    seconds, ahead = abs(apart.ahead_us) / SECOND, _ahead(apart)
    first, second = ("the store's clock", f"the clock of worker {apart.caller}")[:: 1 if ahead == "store" else -1]
    others = f" (and {len(position.apart) - 1} more differ)" if len(position.apart) > 1 else ""
    since = format_instant(apart.since)
    why = f"{first} is {_duration(seconds)} ahead of {second}, since {since}{others}: the earlier one counts"
    return ClockDocument(ahead=ahead, seconds=seconds, since=since, worker=apart.caller, why=why)


def _ahead(apart: ClockSkew) -> Literal["worker", "store"]:
    return "worker" if apart.ahead_us > 0 else "store"


def _duration(seconds: float) -> str:
    if seconds >= 2 * _DAY_SECONDS:
        return f"{seconds / _DAY_SECONDS:.1f} days"
    return f"{seconds / _HOUR_SECONDS:.1f} hours" if seconds >= 2 * _HOUR_SECONDS else f"{seconds:.0f} s"
