"""The queue as a document, for programs: what the page shows, in numbers."""

from collections.abc import Iterable, Mapping

from console.board_document import FreshDocument
from console.freshness import Fresh
from console.stays.queue_text import who
from desk.queue import QueueItem, QueueKind
from desk.state import Desk
from models.alert import Alert
from models.instants import format_instant
from sight.document import Document


class WaitingDocument(Document):
    """One stay that waits; `due_at`: after which it is ageing. `ends_at`: of a proposal, when it ends by time."""

    alert_id: str
    offender_id: str
    kind: QueueKind
    since: str
    due_at: str
    ends_at: str | None
    owner: str | None


class QueueDocument(Document):
    """The desk of alerts up to `sequence` and actions up to `offset` (-1: none) at `at`. Ids stand as on the page.

    The most urgent come first.
    """

    board: str
    sequence: int
    offset: int
    at: str
    fresh: FreshDocument
    items: tuple[WaitingDocument, ...]


def queue_document(
    board: str, desk: Desk, items: Iterable[QueueItem], alerts: Mapping[int, Alert], fresh: Fresh
) -> QueueDocument:
    """Of some items of a desk; `alerts` in clear by the stay that each began."""
    return QueueDocument(
        board=board,
        sequence=desk.sequence,
        offset=desk.offset,
        at=format_instant(desk.at),
        fresh=FreshDocument(live=fresh.is_live, word=fresh.word, why=fresh.why, age_seconds=fresh.age),
        items=tuple(_item(desk, item, alerts.get(item.stay)) for item in items),
    )


def _item(desk: Desk, item: QueueItem, alert: Alert | None) -> WaitingDocument:
    stay = desk.stays[item.stay]
    return WaitingDocument(
        alert_id=desk.name_of(item.stay),
        offender_id=who(stay, alert).text,
        kind=item.kind,
        since=format_instant(item.since),
        due_at=format_instant(item.due_at),
        ends_at=None if item.ends_at is None else format_instant(item.ends_at),
        owner=stay.owner,
    )
