"""How far a receiver that misses a number goes back by its own word; beyond that a person decides."""

from delivery.ledger import Line
from delivery.orders import may_rewind
from models.instants import parse_instant

ASKS_SECONDS = 60
"""A receiver goes back once in so long."""

MOST_ASKED = 1_000
"""So many numbers at most."""


def asked_number(line: Line, expected: int | None, now: str) -> int | None:
    """From which number everything is sent again; None: the answer is a refusal. `expected` comes next by the answer.

    What was set aside is left out: the next number behind it counts.
    """
    waiting = line.waiting
    if waiting is None or expected is None or not 1 <= expected < waiting.number or why_not(line, expected, now):
        return None
    number = next(one for one in range(expected, waiting.number + 1) if one not in line.aside)
    return number if number < waiting.number and may_rewind(line, number) else None


def why_not(line: Line, number: int, now: str) -> str | None:
    """Why a receiver may not ask for this number now; None: it may. A number waits."""
    assert line.waiting is not None
    if line.waiting.number - number > MOST_ASKED:
        return f"{line.waiting.number - number} numbers are asked for, and {MOST_ASKED} may be"
    if line.must_pass:
        return f"number {line.must_pass}, from which it was asked last, is not passed"
    if line.asked is not None and parse_instant(now) - parse_instant(line.asked.at) < ASKS_SECONDS * 1_000_000:
        return f"it was asked at {line.asked.at}, and may be every {ASKS_SECONDS} s"
    return None
