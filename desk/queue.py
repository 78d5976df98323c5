"""The queue in order of urgency, and what of it is overdue: both follow from the desk alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from desk.state import Desk
from desk.stay import Stay
from models.instants import SECOND, Micros

QueueKind = Literal["second_key", "lapsed", "entered", "left_unseen", "returned", "inherited"]
ORDER: tuple[QueueKind, ...] = ("second_key", "lapsed", "entered", "left_unseen", "returned", "inherited")
"""The most urgent first."""


@dataclass(frozen=True, slots=True)
class QueueItem:
    """A stay that waits for somebody; `due_at`: after which it is overdue. Of a proposal also `ends_at`."""

    kind: QueueKind
    stay: int
    since: Micros
    due_at: Micros
    ends_at: Micros | None = None


def queue(desk: Desk) -> tuple[QueueItem, ...]:
    """By kind; proposals by their end, of those who left first who was corrected out; then who has waited longest."""
    found = [item for item in _found(desk) if item.kind != "inherited"]
    return tuple(sorted(found, key=lambda item: _urgency(desk, item)))


def overdue(desk: Desk) -> tuple[QueueItem, ...]:
    """What has waited longer than the rules allow, the oldest first; what was inherited, too."""
    found = [item for item in _found(desk) if item.due_at <= desk.at]
    return tuple(sorted(found, key=lambda item: (item.due_at, item.stay, item.kind)))


def _found(desk: Desk) -> list[QueueItem]:
    return [item for stay in desk.stays.values() if not stay.is_over for item in queued(desk, stay)]


def _urgency(desk: Desk, item: QueueItem) -> tuple[int, bool, Micros, int]:
    is_correction = desk.stays[item.stay].left_by_correction
    return ORDER.index(item.kind), not is_correction, item.ends_at or item.since, item.stay


def queued(desk: Desk, stay: Stay) -> Iterator[QueueItem]:
    """As what a stay waits, at any age; what was inherited, too."""
    if desk.rules is None or stay.is_erased:
        return
    span = desk.rules.unseen_seconds * SECOND
    waiting = stay.open_proposal
    if waiting is not None:
        yield QueueItem("second_key", stay.sequence, waiting.at, Micros(waiting.at + span), waiting.until)
    kind, since = _waits(stay)
    if kind is not None:
        yield QueueItem(kind, stay.sequence, since, Micros(since + span))


def _waits(stay: Stay) -> tuple[QueueKind | None, Micros]:
    if stay.ended_at is not None:
        return ("left_unseen" if stay.is_left_unseen else None), stay.ended_at
    if stay.handling is not None:
        return None, stay.began_at
    if stay.returned is not None:
        return ("lapsed" if stay.returned.cause in {"growth", "correction", "policy"} else "returned"), stay.returned.at
    return ("entered" if stay.opening == "live" else "inherited"), stay.began_at
