"""What may have been forgotten, in words: a section for each kind, and in it one sentence for each stay."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from console.stays.queue_text import Clock, who
from console.stays.stay_text import state_words
from console.stays.stay_words import age
from desk.ageing import AgeingItem, AgeingKind, ageing_items
from desk.state import Desk
from models.alert import Alert, alert_id
from models.instants import format_instant
from sight.document import Document
from sight.sentences import Piece

MOST = 300
"""So many are shown: orphans first."""

KINDS: Mapping[AgeingKind, tuple[str, str]] = {
    "orphan": ("Orphans of ended shifts", "Nobody answers for them: who had them is off duty, and left them behind."),
    "unlooked": ("Not looked at in time", "They wait for longer than the rules of the desk allow."),
    "provisional": ("Provisional", "Accepted by one person, until a second one answers."),
    "unanswered": ("Waiting for a second person", "Proposed, and not answered for longer than the rules allow."),
    "looked_at": ("Looked at, and since then nothing", "Somebody has them for longer than a shift."),
    "snoozed": ("Put off", "They come back by themselves."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class AgeingItemText:
    """One stay; `address` names it by its alert, and nobody."""

    alert_id: str
    address: str
    age: str
    owner: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class AgeingSectionText:
    """Those of one kind, the oldest first; `total` of them, of which some may not be shown."""

    kind: str
    title: str
    hint: str
    total: int
    items: tuple[AgeingItemText, ...]


class AgeingItemDocument(Document):
    """`kind` is orphan, unlooked, provisional, unanswered, looked_at or snoozed; `until` null: without end."""

    kind: str
    alert_id: str
    offender_id: str
    since: str
    until: str | None
    owner: str | None


class AgeingDocument(Document):
    """What may have been forgotten, as of `as_of`: orphans of ended shifts first, of each kind the oldest first."""

    board: str
    as_of: str
    total: int
    items: tuple[AgeingItemDocument, ...]


def ageing_sections(
    board: str, desk: Desk, items: tuple[AgeingItem, ...], alerts: Mapping[int, Alert], clock: Clock
) -> tuple[AgeingSectionText, ...]:
    """Of a desk's items, whose order it keeps; `alerts` in clear by the stay that each began."""

    def _texts(shown: Iterable[AgeingItem]) -> tuple[AgeingItemText, ...]:
        return tuple(_text(board, desk, item, alerts, clock) for item in shown)

    totals = {kind: sum(item.kind == kind for item in items) for kind in KINDS}
    return tuple(
        AgeingSectionText(kind, *KINDS[kind], totals[kind], _texts(shown))
        for kind, shown in groupby(items[:MOST], lambda item: item.kind)
    )  # fmt: skip


def ageing_document(board: str, desk: Desk, alerts: Mapping[int, Alert]) -> AgeingDocument:
    """The same for programs."""
    items = ageing_items(desk)
    return AgeingDocument(
        board=board, as_of=format_instant(desk.at), total=len(items),
        items=tuple(_document(board, desk, item, alerts) for item in items[:MOST]),
    )  # fmt: skip


def _text(board: str, desk: Desk, item: AgeingItem, alerts: Mapping[int, Alert], clock: Clock) -> AgeingItemText:
    stay, name = desk.stays[item.stay], alert_id(board, item.stay)
    pieces = (who(stay, alerts.get(item.stay)), Piece(f": {state_words(desk, stay, clock)}"))
    return AgeingItemText(name, f"/stays/{name}", age(desk.at - item.since), stay.owner or "", pieces)


def _document(board: str, desk: Desk, item: AgeingItem, alerts: Mapping[int, Alert]) -> AgeingItemDocument:
    stay = desk.stays[item.stay]
    return AgeingItemDocument(
        kind=item.kind, alert_id=alert_id(board, item.stay), offender_id=who(stay, alerts.get(item.stay)).text,
        since=format_instant(item.since), until=None if item.until is None else format_instant(item.until),
        owner=stay.owner,
    )  # fmt: skip
