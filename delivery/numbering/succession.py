"""What each record makes of a line: a record that does not continue it is refused."""

from dataclasses import replace

from delivery.numbering.line import ALERTING, HEARTBEAT, STALL, TOGETHER, Line
from delivery.numbering.places import is_state_of, line_at
from models.delivery.record import (
    Accepted,
    AskedBack,
    Changed,
    Closed,
    Delivery,
    Ended,
    Gathering,
    HandedOver,
    Late,
    Notified,
    Opened,
    Paused,
    Places,
    Recalled,
    Resumed,
    Rewound,
    Sending,
    SetAside,
    Stalled,
)
from models.delivery.stall import Stall


def begin_at(record: Places, digest: str) -> Line:
    """The line as its places have it, whatever lies before. Raises ValueError where they are none."""
    line = line_at(record.state, digest)
    if line.opened.subscription != record.subscription:
        raise ValueError("they are of another subscription")
    return line


def succeed(line: Line | None, record: Delivery, digest: str) -> Line:
    """The line behind a record. Raises ValueError where the record does not continue it."""
    if isinstance(record, Opened):
        if line is not None or record.previous is not None:
            raise ValueError("it is open already")
        band = record.place if record.band else None
        return Line(record, digest, terms=record.order, order=record.order, place=record.place, next_band=band)
    if line is None or record.previous != line.digest:
        raise ValueError("it names another record before it")
    changed = _changed(line, record)
    return replace(changed, digest=digest, stalled_since=_stalled_since(line, changed))


def _stalled_since(before: Line, line: Line) -> str | None:
    """Another cause is no other stall."""
    if line.stalled is None:
        return None
    return line.stalled.at if before.stalled is None else before.stalled_since or before.stalled.at


def _changed(line: Line, record: Delivery) -> Line:
    match record:
        case Sending():
            return _sent(line, record)
        case Accepted() | HandedOver():
            return _accepted(line, record)
        case AskedBack():
            return _asked_back(line, record)
        case Recalled(instead_of=str()):
            return _standing_in(line, record)
        case Ended() | Stalled() | Closed(order=None) | Resumed(order=None) | Gathering() | Places():
            return _halted(line, record)
    return _ordered(line, record)


def _accepted(line: Line, record: Accepted | HandedOver) -> Line:
    waiting = _waiting(line, record.number)
    last = waiting.last_number
    return replace(
        with_band(line, waiting), number=last, followed=last, place=place_behind(line, waiting), waiting=None,
        stalled=None, accepted=record, recalls=_without(line, waiting.order), must_pass=_to_pass(line, last),
    )  # fmt: skip


def _placed(line: Line, record: Places) -> Line:
    if not is_state_of(line, record.state):
        raise ValueError("its places are others")
    return line


def _halted(line: Line, record: Ended | Stalled | Closed | Resumed | Gathering | Places) -> Line:
    if isinstance(record, Places):
        return _placed(line, record)
    if isinstance(record, Ended):
        return _ended(line, record)
    if isinstance(record, Resumed):
        if line.stalled is None or line.stalled.cause != HEARTBEAT:
            raise ValueError("no heartbeat is missing")
        return replace(line, stalled=None)
    if isinstance(record, Gathering):
        return replace(line, gathering=record.on)
    if isinstance(record, Closed):
        return replace(line, closed=record)
    if record.cause != HEARTBEAT:
        _waiting(line, record.number)
    return replace(line, stalled=record)


def _ordered(line: Line, record: Delivery) -> Line:
    order = getattr(record, "order", None)
    if isinstance(record, Recalled | Late) and record.order not in line.recalled:
        line = replace(line, order=max(line.order, record.order), recalled=line.recalled | {record.order})
        return line if isinstance(record, Late) else _recalled(line, record)
    if not isinstance(order, int) or order <= line.order:
        raise ValueError("that order was heeded before")
    return _heeded(replace(line, order=order), record, order)


def _heeded(line: Line, record: Delivery, order: int) -> Line:
    match record:
        case Changed():
            return replace(line, terms=order, first=line.next_number, stalled=None)
        case SetAside(number=number):
            return _set_aside(line, _waiting(line, number))
        case Closed() | Paused():
            return replace(line, closed=record)
        case Resumed():
            return resumed(line, record)
        case Rewound(number=number):
            return _rewound(line, number)
        case Notified(alert=alert):
            return _notified(line, alert)
    raise ValueError(f"a {record.kind} is not ordered")


def _sent(line: Line, record: Sending) -> Line:
    goes_on = record.number == line.next_number and record.follows == line.followed
    if record.event == "recall" and not line.is_again and not _is_due(line, record):
        raise ValueError("no such recall is due")
    is_band = line.next_band is not None and not line.is_again
    moves = (
        line.is_again
        or record.event in {"recall", STALL}
        or (record.sequence == line.next_band if is_band else min(record.event_sequences) > line.place)
    )
    if line.waiting is not None or line.closed is not None or not goes_on or not moves or not _is_whole(line, record):
        raise ValueError("it is not the next number")
    if (record.stall is None) == (record.event == STALL):
        raise ValueError("it is about a stall, or it is not")
    if record.stall is not None and line.was_escalated(record.stall) and not line.is_again:
        raise ValueError("that stall was told before")
    if not line.is_again and is_band != (record.event == "band"):
        raise ValueError("the band comes where it was agreed on, and nowhere else")
    paced = line.paced_until if record.paced_until is None else record.paced_until
    highest = max(line.highest, record.last_number)
    escalated = line.escalated if record.stall is None else with_stall(line.escalated, record.stall)
    return replace(line, waiting=record, sent=record, highest=highest, paced_until=paced, escalated=escalated)


def with_stall(escalated: tuple[tuple[str, str], ...], stall: Stall) -> tuple[tuple[str, str], ...]:
    """Those that were sent, with another one: of each subscription the newest alone."""
    return tuple(sorted({**dict(escalated), stall.stalled: stall.since}.items()))


def _is_whole(line: Line, record: Sending) -> bool:
    """A batch has a number for each alert, none of them set aside; a digest one for all; in order, each once."""
    numbers, covered = range(record.number, record.last_number + 1), record.sequences
    counts = {"batch": len(covered) > 1 and len(numbers) == len(covered), "digest": bool(covered) and len(numbers) == 1}
    is_ordered = list(covered) == sorted(set(covered)) and record.sequence == record.event_sequences[-1]
    return (
        counts.get(record.event, not covered and record.last is None) and is_ordered and line.aside.isdisjoint(numbers)
    )


def _is_due(line: Line, record: Sending) -> bool:
    return any((one.order, one.sequence) == (record.order, record.sequence) for one in line.due_recalls)


def _without(line: Line, order: int | None) -> tuple[Recalled, ...]:
    return tuple(one for one in line.recalls if one.order != order)


def place_behind(line: Line, sent: Sending) -> int:
    """The place when this is done: a recall is about what was sent before, or to another one."""
    return line.place if sent.event in {"recall", STALL} else max(line.place, sent.sequence)


def _is_newest_band(line: Line, sent: Sending) -> bool:
    return sent.event == "band" and sent.sequence == line.base


def _band_behind(line: Line, sent: Sending) -> int | None:
    """The band that comes next, when this is done."""
    return None if sent.event == "band" and sent.sequence == line.next_band else line.next_band


def with_band(line: Line, sent: Sending) -> Line:
    """The line when this was accepted, as far as bands go."""
    has_band = line.has_band or _is_newest_band(line, sent)
    return replace(line, has_band=has_band, next_band=_band_behind(line, sent))


def _ended(line: Line, record: Ended) -> Line:
    if line.ended is not None:
        raise ValueError("it has ended before")
    before = line
    if record.number is not None:
        line = _set_aside(line, _waiting(line, record.number))
    ended = line.place if line.waiting is None else place_behind(line, line.waiting)
    is_together = before.waiting is not None and before.waiting.event in TOGETHER
    # Ends in what is set aside together go out by themselves: the place stays before them.
    return replace(line, ended=ended, next_band=None, place=before.place if is_together else line.place)


def resumed(line: Line, record: Resumed) -> Line:
    """From the band on what came meanwhile is none of its business; from its place only what ended meanwhile is."""
    reached = line.place if line.waiting is None else place_behind(line, line.waiting)
    over = () if line.ended is None or reached <= line.ended else ((line.ended, reached),)
    line = replace(line, closed=None, stalled=None, ended=None, gaps=(*line.gaps, *over))
    if record.band is None:
        return line
    if line.waiting is not None or record.band < line.place:
        raise ValueError("the band comes behind what was sent")
    past = (*line.past, (line.base, max((line.place, *line.set_aside))))
    return replace(line, past=past, begins=record.band, next_band=record.band, place=record.band, has_band=False)


def _recalled(line: Line, record: Recalled) -> Line:
    erased = {record.sequence} if record.asked == "erase" else frozenset()
    return replace(line, recalls=(*line.recalls, record), erased=line.erased | erased)


def _standing_in(line: Line, record: Recalled) -> Line:
    is_known = record.order in line.stood_in or any(one.order == record.order for one in line.recalls)
    if is_known or record.instead_of == record.subscription:
        raise ValueError("that recall is under way, or was before")
    return replace(line, recalls=(*line.recalls, record), stood_in=line.stood_in | {record.order})


def _set_aside(line: Line, waiting: Sending) -> Line:
    alerts = frozenset(waiting.event_sequences) if waiting.event in ALERTING else frozenset()
    numbers = range(waiting.number, waiting.last_number + 1)
    return replace(
        line, number=waiting.last_number, place=place_behind(line, waiting), waiting=None, stalled=None,
        set_aside=line.set_aside | alerts, aside=line.aside.union(numbers), recalls=_without(line, waiting.order),
        next_band=_band_behind(line, waiting),
        must_pass=_to_pass(line, waiting.last_number),
    )  # fmt: skip


def _notified(line: Line, alert: str) -> Line:
    orders = {one.order for one in line.recalls if one.alert_id == alert}
    if not orders:
        raise ValueError("no such recall is under way")
    if line.waiting is not None and line.waiting.order in orders:
        line = _set_aside(line, line.waiting)
    return replace(line, recalls=tuple(one for one in line.recalls if one.order not in orders))


def _rewound(line: Line, number: int) -> Line:
    """What waits is sent again in its turn: `place` stays behind everything that has an intent."""
    if not line.can_rewind(number):
        raise ValueError(f"number {number} was never sent, or was set aside")
    followed = number - 1
    while followed in line.aside:
        followed -= 1
    place = line.place if line.waiting is None else place_behind(line, line.waiting)
    return replace(line, number=number - 1, followed=followed, place=place, waiting=None, stalled=None)


def _asked_back(line: Line, record: AskedBack) -> Line:
    if record.number >= _waiting(line, record.waiting).number:
        raise ValueError("only what comes before the waiting number can be asked for")
    return replace(_rewound(line, record.number), asked=record, must_pass=record.waiting)


def _to_pass(line: Line, number: int) -> int:
    return 0 if number >= line.must_pass else line.must_pass


def _waiting(line: Line, number: int) -> Sending:
    if line.waiting is None or line.waiting.number != number:
        raise ValueError(f"number {number} is not waiting")
    return line.waiting
