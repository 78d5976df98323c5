"""How long a subscription waits between two tries."""

from collections.abc import Callable
from dataclasses import dataclass

from delivery.outcome import Outcome

_LEAST_ASKED, _MOST_ASKED = 1.0, 3_600.0
_WIDER = 3


@dataclass(frozen=True, slots=True)
class Pace:
    """In seconds; `stalls_after`: how long nothing is said of what may pass by itself, `escalates_after`: to others.

    `longest` leaves a line the time to send 1,000 alerts, one by one, within 65 s of its receiver's return (0045).
    `refused`: between tries of what only a person can mend.
    """

    first: float = 0.5
    longest: float = 45.0
    refused: float = 60.0
    stalls_after: float = 30.0
    escalates_after: float = 300.0


SHIPPED = Pace()


def next_pause(pace: Pace, before: float | None, outcome: Outcome, draw: Callable[[float, float], float]) -> float:
    """Seconds to the next try, given the pause before (None: this was the first try).

    It grows with a jitter that forgets the round (decorrelated), so that receivers which fell together are not asked
    together. What a receiver asked for is obeyed, within an hour. `draw`: a number between two.
    """
    if outcome.cause is not None and outcome.cause.needs_a_person:
        pause = pace.refused
    else:
        pause = min(pace.longest, draw(pace.first, max(pace.first, (before or 0.0) * _WIDER)))
    if outcome.retry_after_seconds is None:
        return pause
    return max(pause, obeyed(outcome.retry_after_seconds))


def obeyed(asked_seconds: float) -> float:
    """What a receiver asked for, as far as it is heeded."""
    return min(max(asked_seconds, _LEAST_ASKED), _MOST_ASKED)
