"""What a handover pack holds: stays by their names, and who has what in hand."""

from desk.queue import QueueItem, overdue, queue
from desk.state import Desk
from desk.stay import Proposal, Stay
from models.instants import Micros, format_instant

Content = dict[str, object]


def content_of_form_1(desk: Desk) -> Content:
    """What a pack of the first form holds, and each later one besides."""
    charter = desk.charter
    return {
        "form": 1, "sequence": desk.sequence, "offset": desk.offset, "at": format_instant(desk.at),
        "board": charter and charter.board, "first_entry": charter and charter.first_entry, "on_duty": desk.on_duty,
        "unsigned": desk.unsigned,
        "rules": desk.rules and desk.rules.model_dump(mode="json"),
        "queue": [_item(desk, item) for item in queue(desk)],
        "ageing": [{"kind": item.kind, "stay": desk.name_of(item.stay)} for item in overdue(desk)],
        "owned": [
            {"stay": desk.name_of(stay.sequence), "by": stay.owner}
            for stay in sorted(desk.stays.values(), key=lambda stay: stay.sequence) if stay.owner is not None
        ],
        "open_proposals": [_proposal(desk, stay, each) for stay, each in desk.open_proposals],
        "ended": [_end(desk, stay) for stay in _ended(desk) if not stay.is_passing],
        "passing": [_end(desk, stay) for stay in _ended(desk) if stay.is_passing],
        "decisions": [_proposal(desk, stay, each) for stay, each in desk.decisions if _is_of_shift(desk, each)],
    }  # fmt: skip


def _taken_at(desk: Desk) -> Micros:
    """When the desk was last taken; before that the shift has no beginning."""
    return next((each.ended_at or Micros(0) for each in reversed(desk.handovers) if each.end == "taken"), Micros(0))


def _is_of_shift(desk: Desk, decision: Proposal) -> bool:
    """Whether it was made since the desk was last taken."""
    return (decision.ended_at or Micros(0)) >= _taken_at(desk)


def _ended(desk: Desk) -> list[Stay]:
    """What ended in this shift, by sequence: seen by the desk, and not waiting for anybody."""
    began = _taken_at(desk)
    stays = sorted(desk.stays.values(), key=lambda stay: stay.sequence)
    return [
        stay for stay in stays
        if stay.ended_at is not None and stay.ended_at >= began and stay.opening != "before_desk"
        and not stay.is_left_unseen
    ]  # fmt: skip


def _end(desk: Desk, stay: Stay) -> Content:
    return {"stay": desk.name_of(stay.sequence), "at": format_instant(stay.ended_at or 0)}


def _item(desk: Desk, item: QueueItem) -> Content:
    return {
        "kind": item.kind, "stay": desk.name_of(item.stay), "since": format_instant(item.since),
        "due_at": format_instant(item.due_at),
        "ends_at": None if item.ends_at is None else format_instant(item.ends_at),
    }  # fmt: skip


def _proposal(desk: Desk, stay: int, proposal: Proposal) -> Content:
    return {
        "stay": desk.name_of(stay), "proposal": proposal.action_id, "measure": proposal.measure, "by": proposal.by,
        "answered_by": proposal.answered_by, "provisional": proposal.provisional,
        "ends_at": format_instant(proposal.until),
    }  # fmt: skip
