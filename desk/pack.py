"""The handover pack: what waits at a desk, in canonical bytes that the same three numbers give months later."""

import hashlib
from collections.abc import Iterable

from desk.ageing import ageing_items
from desk.band_change import BandChange
from desk.fold import DeskFold, PlacedAction
from desk.pack_items import Content, content_of_form_1
from desk.records import DeskRecords
from desk.shift import DeskShift
from desk.state import Desk, Handover
from models.canonical import canonical_json
from models.errors import Unproved
from models.instants import Micros, format_instant

FORM = 2
"""How a pack is made of a desk."""

FORMS = (FORM, 1)
"""A form never changes: what was signed in an older one is made again in that."""


def desk_at(
    changes: Iterable[BandChange], acts: Iterable[PlacedAction], sequence: int, offset: int, at: Micros
) -> Desk:
    """What alerts up to `sequence` and actions up to `offset` come to at `at`; whatever lies behind them is left out.

    Raises ValueError where the three do not go together.
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
    return desk


def make_pack(
    changes: Iterable[BandChange], acts: Iterable[PlacedAction], sequence: int, offset: int, at: Micros
) -> bytes:
    """The pack of three numbers. It names stays, and neither persons nor texts: so it is the same before and after an
    erasure. Raises ValueError where the three do not go together.
    """
    return pack_of(desk_at(changes, acts, sequence, offset, at))


def pack_of(desk: Desk, form: int = FORM) -> bytes:
    """The same of a desk as it stands: that of its own three numbers."""
    return canonical_json(_content(desk) if form == FORM else content_of_form_1(desk))


def signed_pack(desk: Desk, digest: str) -> bytes | None:
    """The pack with this digest, in whichever form it was signed; None: there is none."""
    packs = (pack_of(desk, form) for form in FORMS)
    return next((pack for pack in packs if pack_digest(pack) == digest), None)


def pack_again(records: DeskRecords, handover: Handover) -> bytes:
    """The pack of an offer, made again. Raises Unproved where it is not the one whose digest was signed."""
    place = handover.pack_sequence, handover.pack_offset, handover.pack_at
    try:
        desk = desk_at(records.changes, records.acts, *place)
    except ValueError as error:
        raise Unproved(f"the pack of this handover cannot be made: {error}: run `harmwatch verify --desk`") from error
    pack = signed_pack(desk, handover.digest)
    if pack is None:
        words = f"made again the pack has the digest {pack_digest(pack_of(desk))}, and {handover.digest} was signed"
        raise Unproved(f"{words}: run `harmwatch verify --desk`")
    return pack


def pack_digest(pack: bytes) -> str:
    """SHA-256 (hex), by which an offer names it."""
    return hashlib.sha256(pack).hexdigest()


def _content(desk: Desk) -> Content:
    content = content_of_form_1(desk)
    content["form"], content["shift"] = FORM, _shift(desk.shift)
    content["ageing"] = [
        {"kind": item.kind, "stay": desk.name_of(item.stay), "since": format_instant(item.since)}
        for item in ageing_items(desk)
    ]
    return content


def _shift(shift: DeskShift) -> Content:
    """What happened since the desk was last taken."""
    busiest = shift.busiest
    return {
        "since": None if shift.since is None else format_instant(shift.since),
        "entered": shift.entered, "left": shift.left,
        "busiest": None if busiest is None else {"until": format_instant(busiest[0]), "entered": busiest[1]},
        "actions": [{"by": by, "count": count} for by, count in shift.actions],
        "policies": [
            {
                "at": format_instant(each.at), "sequence": each.sequence, "before": each.before.model_dump(),
                "after": each.after.model_dump(),
            }
            for each in shift.policies
        ],
        "late": [
            {
                "since": format_instant(span.since), "until": format_instant(span.until), "first": span.first,
                "last": span.last,
            }
            for span in shift.late
        ],
    }  # fmt: skip
