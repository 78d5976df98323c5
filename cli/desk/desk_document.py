"""The document of `harmwatch desk`, and its text: what waits, the most urgent first."""

from collections import Counter

from desk.ageing import AgeingItem, AgeingKind, ageing_items
from desk.queue import QueueItem, QueueKind, queue
from desk.state import Desk
from desk.stay import Proposal
from desk.verdict import Answer
from models.instants import format_instant, parse_instant
from sight.document import Document
from sight.printable import printable


class QueueItemDocument(Document):
    """A stay that waits; `ends_at`: of a proposal, when it ends without an answer."""

    kind: QueueKind
    stay: str
    offender_id: str | None
    since: str
    due_at: str
    ends_at: str | None


class AgeingItemDocument(Document):
    """A stay that may have been forgotten; `until` null: without end."""

    kind: AgeingKind
    stay: str
    offender_id: str | None
    since: str
    until: str | None
    owner: str | None


class DecisionDocument(Document):
    """A proposal that a second person has confirmed."""

    stay: str
    proposal: str
    measure: str
    proposed_by: str
    confirmed_by: str
    at: str


class AnswersDocument(Document):
    """How many actions were answered how."""

    taken: int
    repeated: int
    late: int
    changed: int
    refused: int


class DeskDocument(Document):
    """The desk as of `at`: the queue, in which an item is overdue behind its `due_at`, and what may have been
    forgotten, as the page `/ageing` has it.

    `foreign` counts records that are no action.
    """

    at: str
    board: str
    first_entry: str
    sequence: int
    offset: int
    on_duty: str | None
    queue: tuple[QueueItemDocument, ...]
    ageing: tuple[AgeingItemDocument, ...]
    decisions: tuple[DecisionDocument, ...]
    answers: AnswersDocument
    foreign: int


def desk_document(desk: Desk, answers: Counter[Answer], foreign: int) -> DeskDocument:
    """The document of a desk that has rules."""
    if desk.charter is None:
        raise ValueError("the desk has no rules")
    return DeskDocument(
        at=format_instant(desk.at), board=desk.charter.board, first_entry=desk.charter.first_entry,
        sequence=desk.sequence, offset=desk.offset, on_duty=desk.on_duty,
        queue=tuple(_item(desk, item) for item in queue(desk)),
        ageing=tuple(_ageing_item(desk, item) for item in ageing_items(desk)),
        decisions=tuple(_decision(desk, stay, each) for stay, each in desk.decisions),
        answers=AnswersDocument(
            taken=answers["taken"], repeated=answers["repeated"], late=answers["late"], changed=answers["changed"],
            refused=answers["refused"],
        ),
        foreign=foreign,
    )  # fmt: skip


def _item(desk: Desk, item: QueueItem) -> QueueItemDocument:
    return QueueItemDocument(
        kind=item.kind, stay=desk.name_of(item.stay), offender_id=desk.stays[item.stay].person,
        since=format_instant(item.since), due_at=format_instant(item.due_at),
        ends_at=None if item.ends_at is None else format_instant(item.ends_at),
    )  # fmt: skip


def _ageing_item(desk: Desk, item: AgeingItem) -> AgeingItemDocument:
    stay = desk.stays[item.stay]
    return AgeingItemDocument(
        kind=item.kind, stay=desk.name_of(item.stay), offender_id=stay.person, since=format_instant(item.since),
        until=None if item.until is None else format_instant(item.until), owner=stay.owner,
    )  # fmt: skip


def _decision(desk: Desk, stay: int, proposal: Proposal) -> DecisionDocument:
    return DecisionDocument(
        stay=desk.name_of(stay), proposal=proposal.action_id, measure=proposal.measure, proposed_by=proposal.by,
        confirmed_by=proposal.answered_by or "", at=format_instant(proposal.ended_at or 0),
    )  # fmt: skip


def render_desk(document: DeskDocument) -> str:
    """What waits, what is ageing, what was decided."""
    duty = f", {document.on_duty} on duty" if document.on_duty else ""
    lines = [f"desk of board {document.board} as of {document.at}{duty}"]
    lines += [_render_item(item, document.at) for item in document.queue] or ["  nothing waits"]
    waiting = {item.stay for item in document.queue}
    lines += [_render_ageing(item) for item in document.ageing if item.stay not in waiting]
    lines += [
        f"  decided {each.at}  stay {each.stay}: {each.measure}, by {each.proposed_by} and {each.confirmed_by}"
        for each in document.decisions
    ]
    return "\n".join(lines)


def _render_item(item: QueueItemDocument, at: str) -> str:
    ends = f", ends {item.ends_at}" if item.ends_at else ""
    mark = "  OVERDUE" if parse_instant(item.due_at) <= parse_instant(at) else ""
    return f"  {item.kind:<12} stay {item.stay:<12} {_who(item.offender_id):<20} since {item.since}{ends}{mark}"


def _render_ageing(item: AgeingItemDocument) -> str:
    owner = f", with {item.owner}" if item.owner else ""
    return f"  ageing       stay {item.stay:<12} {_who(item.offender_id):<20} {item.kind} since {item.since}{owner}"


def _who(offender_id: str | None) -> str:
    return "erased" if offender_id is None else printable(offender_id)
