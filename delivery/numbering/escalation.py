"""Which stalls of other subscriptions one is sent, since their terms name it: each once, and none about itself."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from delivery.numbering.line import STALL, Line
from delivery.outcome import Cause
from models.delivery.record import Closed
from models.delivery.stall import Stall
from models.delivery.terms import Terms
from models.instants import SECOND, parse_instant

_AT_ONCE = (Cause.REFUSED, Cause.GONE)
"""What no waiting mends: of all others most are over before anybody has read of them."""

_GONE = 410


class _Orders(Protocol):
    def terms(self, subscription: str, order: int, /) -> Terms: ...


def stall_of(line: Line) -> Stall | None:
    """Why a person has to look; None: nobody has to, or what is not accepted is itself about a stall."""
    name, stalled, closed = line.opened.subscription, line.stalled, line.closed
    if isinstance(closed, Closed) and closed.order is None:
        return Stall(stalled=name, number=line.number, cause=Cause.GONE.value, status=_GONE, since=closed.at)
    if stalled is None or closed is not None or (line.waiting is not None and line.waiting.event == STALL):
        return None
    since = line.stalled_since or stalled.at
    return Stall(stalled=name, number=stalled.number, cause=stalled.cause, status=stalled.status, since=since)


def stalls_for(lines: Mapping[str, Line], name: str, orders: _Orders) -> Iterator[Stall]:
    """Those of which a subscription has not been sent anything yet. Raises Unproved where terms are gone."""
    mine = lines[name]
    if mine.ended is not None:
        return
    for other, line in lines.items():
        if other == name or (line.stalled is None and line.closed is None):
            continue
        stall = stall_of(line)
        if stall is not None and not mine.was_escalated(stall) and orders.terms(other, line.terms).escalate_to == name:
            yield stall


def left_us(stall: Stall, now: str, after_seconds: float) -> int:
    """Microseconds until it is due: a stall that may pass by itself has some time for that."""
    after = 0 if stall.cause in _AT_ONCE else round(after_seconds * SECOND)
    return max(0, parse_instant(stall.since) + after - parse_instant(now))
