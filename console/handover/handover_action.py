"""Makes of a form about a handover the record that it asks for."""

from typing import Any

from console.handover.handover_form import HandoverForm, HandoverKind
from console.handover.shown_handover import ShownHandover
from console.officer import Officer
from console.stays.actions import sign_in_of
from desk.handovers import HandoverAction
from desk.state import Desk
from models.desk.action import OfferHandoverAction, ReturnHandoverAction, TakeHandoverAction
from models.instants import Micros, format_instant


def make_handover_action(
    form: HandoverForm, seen: ShownHandover, officer: Officer, desk: Desk, now: Micros
) -> HandoverAction:
    """The record that a form asks for. Raises ValueError where none can hold it."""
    head: dict[str, Any] = {  # Any: fields of models
        "action_id": seen.action_id, "at": format_instant(now), "after": desk.sequence,
        "sequence_seen": seen.sequence_seen, "by": officer.by, "role": str(officer.role),
        "sign_in": sign_in_of(officer),
    }  # fmt: skip
    pack = seen.pack
    if pack is not None:
        return OfferHandoverAction.model_validate(head | {
            "from": officer.by, "to": form.to, "words": form.text or None, "pack_sequence": pack.sequence,
            "pack_offset": pack.offset, "pack_at": pack.at, "sha256": pack.sha256,
        })  # fmt: skip
    if form.act is HandoverKind.RETURN:
        return ReturnHandoverAction.model_validate(
            head | {"second_of": seen.offer, "reason_code": None, "note": form.text}
        )
    whys = {stay: form.whys.get(stay) if form.ends[stay] == "returned" else None for stay in seen.stays}
    items = [{"stay": desk.name_of(stay), "end": form.ends[stay], "why": why} for stay, why in whys.items()]
    return TakeHandoverAction.model_validate(head | {"offer": seen.offer, "items": tuple(items)})
