"""What may have been forgotten at the desk: nobody's, unlooked, looked at long ago, held provisionally, or put off."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from desk.queue import queued
from desk.state import Desk
from desk.stay import Handling, Stay
from models.desk.rules import DeskRules
from models.instants import SECOND, Micros

AgeingKind = Literal["orphan", "unlooked", "unanswered", "looked_at", "provisional", "snoozed"]
AGEING_KINDS: tuple[AgeingKind, ...] = ("orphan", "unlooked", "provisional", "unanswered", "looked_at", "snoozed")
"""Orphans of ended shifts stand on top: nobody answers for them."""


@dataclass(frozen=True, slots=True)
class AgeingItem:
    """A stay that may have been forgotten, since when, and until when it may be; None: without end."""

    kind: AgeingKind
    stay: int
    since: Micros
    until: Micros | None = None


def ageing_items(desk: Desk) -> tuple[AgeingItem, ...]:
    """By kind, and of each kind the oldest first; a stay stands there once, as the first kind that it is.

    Orphans, provisional proposals and what was put off always; what waits for longer than the rules allow; what an
    officer looked at longer than a shift ago.
    """
    found = (
        []
        if desk.rules is None
        else [_first(desk, desk.rules, stay) for stay in desk.stays.values() if not stay.is_over]
    )
    items = [item for item in found if item is not None]
    return tuple(sorted(items, key=lambda item: (AGEING_KINDS.index(item.kind), item.since, item.stay)))


def _first(desk: Desk, rules: DeskRules, stay: Stay) -> AgeingItem | None:
    return min(_items(desk, rules, stay), key=lambda item: AGEING_KINDS.index(item.kind), default=None)


def _items(desk: Desk, rules: DeskRules, stay: Stay) -> Iterator[AgeingItem]:
    if stay.returned is not None and stay.returned.cause == "orphaned":
        yield AgeingItem("orphan", stay.sequence, stay.returned.at)
    waiting = stay.open_proposal
    if waiting is not None and waiting.provisional:
        yield AgeingItem("provisional", stay.sequence, waiting.at, waiting.until)
    for item in queued(desk, stay):
        if item.due_at <= desk.at:
            kind: AgeingKind = "unanswered" if item.kind == "second_key" else "unlooked"
            yield AgeingItem(kind, stay.sequence, item.since, item.ends_at)
    if stay.handling is not None and stay.end_sequence is None:
        yield from _handled(desk, rules, stay, stay.handling)


def _handled(desk: Desk, rules: DeskRules, stay: Stay, handling: Handling) -> Iterator[AgeingItem]:
    if handling.kind == "snooze":
        yield AgeingItem("snoozed", stay.sequence, handling.at, handling.until)
    elif handling.kind == "look" and desk.at >= handling.at + rules.shift_seconds * SECOND:
        yield AgeingItem("looked_at", stay.sequence, handling.at, handling.until)
