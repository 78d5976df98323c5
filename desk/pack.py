"""The handover pack: what waits at a desk, in canonical bytes that the same three numbers give months later."""

import hashlib
from collections.abc import Iterable

from desk.band_change import BandChange
from desk.fold import DeskFold, PlacedAction
from desk.queue import QueueItem, ageing, queue
from desk.records import DeskRecords
from desk.state import Desk, Handover
from desk.stay import Proposal, Stay
from models.canonical import canonical_json
from models.errors import Unproved
from models.instants import Micros, format_instant

FORM = 1
"""How a pack is made of a desk; a form never changes."""


def make_pack(
    changes: Iterable[BandChange], acts: Iterable[PlacedAction], sequence: int, offset: int, at: Micros
) -> bytes:
    """What alerts up to `sequence` and actions up to `offset` come to at `at`; whatever lies behind them is left out.

    It names stays, and neither persons nor texts: so it is the same before and after an erasure. Raises ValueError
    where the three do not go together.
    """
    fold = DeskFold()
    for change in changes:
        if change.sequence <= sequence:
            fold.add_change(change)
    for act in acts:
        if act.offset <= offset:
            fold.add_act(act)
    desk = fold.desk(at)
    if (desk.sequence, desk.offset) != (sequence, offset) or fold.waiting:
        raise ValueError(f"alert {sequence} or action {offset} is not there")
    if desk.at != at:
        raise ValueError(f"{format_instant(at)} lies before what the pack holds")
    return pack_of(desk)


def pack_of(desk: Desk) -> bytes:
    """The same of a desk as it stands: that of its own three numbers."""
    return canonical_json(_content(desk))


def pack_again(records: DeskRecords, handover: Handover) -> bytes:
    """The pack of an offer, made again. Raises Unproved where it is not the one whose digest was signed."""
    place = handover.pack_sequence, handover.pack_offset, handover.pack_at
    try:
        pack = make_pack(records.changes, records.acts, *place)
    except ValueError as error:
        raise Unproved(f"the pack of this handover cannot be made: {error}: run `harmwatch verify --desk`") from error
    if pack_digest(pack) != handover.digest:
        told = f"made again the pack has the digest {pack_digest(pack)}, and {handover.digest} was signed"
        raise Unproved(f"{told}: run `harmwatch verify --desk`")
    return pack


def pack_digest(pack: bytes) -> str:
    """SHA-256 (hex), by which an offer names it."""
    return hashlib.sha256(pack).hexdigest()


def _content(desk: Desk) -> dict[str, object]:
    charter = desk.charter
    return {
        "form": FORM, "sequence": desk.sequence, "offset": desk.offset, "at": format_instant(desk.at),
        "board": charter and charter.board, "first_entry": charter and charter.first_entry, "on_duty": desk.on_duty,
        "unsigned": desk.unsigned,
        "rules": desk.rules and desk.rules.model_dump(mode="json"),
        "queue": [_item(desk, item) for item in queue(desk)],
        "ageing": [{"kind": item.kind, "stay": desk.name_of(item.stay)} for item in ageing(desk)],
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


def _end(desk: Desk, stay: Stay) -> dict[str, object]:
    return {"stay": desk.name_of(stay.sequence), "at": format_instant(stay.ended_at or 0)}


def _item(desk: Desk, item: QueueItem) -> dict[str, object]:
    return {
        "kind": item.kind, "stay": desk.name_of(item.stay), "since": format_instant(item.since),
        "due_at": format_instant(item.due_at),
        "ends_at": None if item.ends_at is None else format_instant(item.ends_at),
    }  # fmt: skip


def _proposal(desk: Desk, stay: int, proposal: Proposal) -> dict[str, object]:
    return {
        "stay": desk.name_of(stay), "proposal": proposal.action_id, "measure": proposal.measure, "by": proposal.by,
        "answered_by": proposal.answered_by, "provisional": proposal.provisional,
        "ends_at": format_instant(proposal.until),
    }  # fmt: skip
