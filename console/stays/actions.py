"""Makes of a form the record that it asks for."""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from console.officer import Officer
from console.sealed.stay_key import StayKey
from console.stays.forms import NEEDS_BASIS, NEEDS_PROPOSAL, ActKind, StayForm
from console.stays.shown_basis import ShownBasis
from desk.fold import UNSIGNED
from desk.state import Desk
from desk.stay_moment import StayAction
from models.canonical import digest_of
from models.desk.action import (
    CloseAction,
    ConfirmAction,
    LookAction,
    NoteAction,
    ProposeAction,
    ReleaseAction,
    ReturnAction,
    SnoozeAction,
)
from models.instants import HOUR, SECOND, Micros, format_instant, parse_instant

_ID_LETTERS = _SIGN_IN_LETTERS = 32


def with_id_of(form: StayForm, seen: ShownBasis) -> ShownBasis:
    """With the id of this action: the same form is one action, and one that was changed another."""
    content = asdict(form) | {"seen": seen.action_id}
    return seen.model_copy(update={"action_id": digest_of(content)[:_ID_LETTERS]})


def make_action(
    form: StayForm, seen: ShownBasis, officer: Officer, desk: Desk, now: Micros, key: StayKey
) -> StayAction:
    """Of a form without fault, whose act has basis and proposal that it needs; `now` by the console's clock.

    Raises ValueError where it cannot be written so.
    """
    form = replace(form, text=key.seal_note(form.text) if form.text else "")
    head: dict[str, Any] = {  # Any: fields of models
        "action_id": seen.action_id, "at": format_instant(now), "after": desk.sequence,
        "sequence_seen": seen.sequence_seen, "by": officer.by, "role": str(officer.role),
        "sign_in": sign_in_of(officer), "stay": desk.name_of(seen.stay),
    }  # fmt: skip
    if form.act in NEEDS_BASIS:
        head["basis"] = None if seen.basis is None else key.seal_basis(seen.basis)
    if form.act in NEEDS_PROPOSAL:
        head["second_of"] = seen.proposal
    kind, fields = _FIELDS[form.act or ActKind.NOTE]
    return kind(**head, **fields(form, desk, now))


def _until(form: StayForm, desk: Desk, now: Micros) -> int:
    """As it is said; of hours a minute within what the rules allow: the broker's clock may be behind this one."""
    if form.until:
        return parse_instant(form.until)
    asked = (form.hours or 0) * HOUR
    return now + (asked if desk.rules is None else min(asked, desk.rules.snooze_seconds * SECOND - HOUR // 60))


def sign_in_of(officer: Officer) -> str:
    """Under which sign-in they act: two persons never share one. Without any: none."""
    if not officer.signed_in:
        return UNSIGNED
    return hashlib.sha256(officer.by.encode()).hexdigest()[:_SIGN_IN_LETTERS]


def _why(form: StayForm, _: Desk, __: Micros) -> dict[str, Any]:  # Any: fields of models
    return {"reason_code": form.reason_code or None, "note": form.text or None}


_Fields = Callable[[StayForm, Desk, Micros], dict[str, Any]]  # Any: fields of models
_FIELDS: dict[ActKind, tuple[type[StayAction], _Fields]] = {
    ActKind.LOOK: (LookAction, lambda *_: {}),
    ActKind.NOTE: (NoteAction, lambda form, *_: {"note": form.text}),
    ActKind.SNOOZE: (
        SnoozeAction,
        lambda form, desk, now: {"until": format_instant(_until(form, desk, now))} | _why(form, desk, now),
    ),
    ActKind.CLOSE: (CloseAction, _why),
    ActKind.RELEASE: (ReleaseAction, _why),
    ActKind.PROPOSE: (
        ProposeAction,
        lambda form, desk, now: {"measure": form.measure, "provisional": form.provisional} | _why(form, desk, now),
    ),
    ActKind.CONFIRM: (ConfirmAction, lambda *_: {}),
    ActKind.RETURN: (ReturnAction, _why),
}
"""Of each act the kind of its record, and what stands in it besides head, basis and proposal."""
