"""How long ago, and until when, as the desk says it."""

from collections.abc import Callable

from models.instants import DAY, HOUR, Micros

_MINUTE = HOUR // 60


def age(micros: int) -> str:
    """In the largest unit that fits: just now, 12 min, 3 h, 5 days."""
    if micros < _MINUTE:
        return "just now"
    if micros < HOUR:
        return f"{micros // _MINUTE} min"
    if micros < 2 * DAY:
        return f"{micros // HOUR} h"
    return f"{micros // DAY:,} days"


def moment_words(at: Micros, now: Micros, clock: Callable[[Micros, Micros], str]) -> str:
    """An instant that is to come, and in how long, rounded."""
    left = at - now
    half = next(unit for unit in (DAY, HOUR, _MINUTE, 0) if left >= 2 * unit) // 2
    return clock(at, now) if left < _MINUTE else f"{clock(at, now)}, in {age(left + half)}"
