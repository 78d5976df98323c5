"""The queue as a document, for programs: what the page shows, with instants instead of ages."""

from collections.abc import Iterator, Mapping

from console.board_document import FreshDocument
from console.freshness import Freshness
from console.stays.queue_text import Clock, held_stays, queue_text
from desk.queue import queue
from desk.state import Desk
from models.alert import Alert
from models.instants import Micros, format_instant
from sight.document import Document


class QueueItemDocument(Document):
    """One stay that waits or is in hand. `due_at`: after which it is overdue; null: it is in hand. `ends_at`: of a
    proposal when it ends without an answer, of what is in hand when it comes back; null: without end.
    """

    kind: str
    alert_id: str
    offender_id: str
    since: str
    due_at: str | None
    ends_at: str | None
    owner: str | None
    sentence: str


class QueuePageDocument(Document):
    """The queue, the most urgent first, and behind it what is in hand: the first 300 of `total`.

    State of the desk: alerts up to `sequence`, actions up to `offset`, at `as_of`. `begun`: whether it has rules.
    """

    board: str
    as_of: str
    sequence: int
    offset: int
    begun: bool
    fresh: FreshDocument
    total: int
    items: tuple[QueueItemDocument, ...]


def queue_page_document(
    board: str, desk: Desk, alerts: Mapping[int, Alert], clock: Clock, fresh: Freshness
) -> QueuePageDocument:
    """Of a desk as it stands; `alerts` in clear by the stay that each began."""
    moments = list(_moments(desk))
    texts = queue_text(board, desk, alerts, clock).items
    items = tuple(
        QueueItemDocument(
            kind=text.kind, alert_id=text.alert_id, offender_id=next(each.text for each in text.pieces if each.names),
            since=format_instant(since), due_at=_instant(due_at), ends_at=_instant(ends_at), owner=text.owner or None,
            sentence="".join(piece.text for piece in text.pieces),
        )
        for text, (since, due_at, ends_at) in zip(texts, moments, strict=False)
    )  # fmt: skip
    return QueuePageDocument(
        board=board, as_of=format_instant(desk.at), sequence=desk.sequence, offset=desk.offset,
        begun=desk.rules is not None, total=len(moments), items=items,
        fresh=FreshDocument(live=fresh.is_live, word=fresh.word, why=fresh.why, age_seconds=fresh.age),
    )  # fmt: skip


def _moments(desk: Desk) -> Iterator[tuple[Micros, Micros | None, Micros | None]]:
    """Of each line, in the order of the page."""
    if desk.rules is None:
        return
    yield from ((item.since, item.due_at, item.ends_at) for item in queue(desk))
    for stay in held_stays(desk):
        handling = stay.handling
        yield (stay.began_at, None, None) if handling is None else (handling.at, None, handling.until)


def _instant(micros: Micros | None) -> str | None:
    return None if micros is None else format_instant(micros)
