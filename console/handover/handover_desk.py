"""An officer offers the desk, takes it, or returns an offer: held against the desk, written, and read back."""

import time
from dataclasses import asdict, dataclass
from typing import Any

from console.form_seal import OLDER, FormSeal
from console.handover.handover_action import make_handover_action
from console.handover.handover_form import HandoverForm, HandoverKind
from console.handover.handover_text import handover_words
from console.handover.shown_handover import ShownHandover
from console.officer import Officer, Role
from console.stays.action_desk import READ_BACK_SECONDS, ActionDesk, why_not
from console.stays.outcome import Outcome
from desk.handovers import HandoverAction, check_items, judge_handover
from desk.state import Desk, Handover
from desk.verdict import NotTaken, Verdict
from models.canonical import digest_of
from models.desk.action import OfferHandoverAction, TakeHandoverAction, action_bytes
from models.errors import Unavailable
from models.instants import SECOND, Micros
from sight.printable import printable

_ID_LETTERS = 32
_OTHERS = "Who offered the desk, whom it is offered to, or a supervisor returns it."
_MORE = "has more stays by now than your page showed: nothing was changed. Read again, then choose for those, too."
_REFUSED = {"late": "Too late", "changed": "The desk has changed since you read it"}


def owned_by(desk: Desk, by: str) -> tuple[int, ...]:
    """The stays of an officer: what lapses first comes first."""
    stays = [stay for stay in desk.stays.values() if stay.owner == by and not stay.is_erased]

    def lapses_at(number: int) -> tuple[bool, int, int]:
        handling = desk.stays[number].handling
        until = None if handling is None else handling.until
        return until is None, until or 0, number

    return tuple(sorted((stay.sequence for stay in stays), key=lapses_at))


def may_return(officer: Officer, handover: Handover) -> bool:
    """Whether they may give an offer back."""
    return officer.by in {handover.by, handover.to} or officer.role is Role.SUPERVISOR


@dataclass(frozen=True, slots=True)
class HandoverDesk:
    """Blocks while it writes: to be called in a thread."""

    acting: ActionDesk
    seal: FormSeal

    def act(self, officer: Officer, form: HandoverForm, handover: Handover | None) -> Outcome:
        """What becomes of a form: an offer, or about one that is there."""
        refusal = why_not(officer)
        if refusal:
            return Outcome(403, refusal)
        if (form.act is HandoverKind.OFFER) is not (handover is None) or form.fault():
            return Outcome(422, form.fault() or "Nothing was chosen.")
        seen = ShownHandover.opened(self.seal, form.seen, officer.by)
        if seen is None or seen.offer != (None if handover is None else handover.action_id):
            return Outcome(409, OLDER)
        seen = seen.model_copy(update={"action_id": digest_of(_content(form, seen))[:_ID_LETTERS]})
        known = self.acting.book.known(seen.action_id)
        return self._answer(known) if known is not None else self._take(officer, form, seen, handover)

    def _take(self, officer: Officer, form: HandoverForm, seen: ShownHandover, handover: Handover | None) -> Outcome:
        """What becomes of a form that can be done."""
        stopped = self.acting.book.why_stopped()
        if stopped:
            return Outcome(503, f"Nothing is written, and it can be sent again as it stands here: {stopped}.")
        try:
            return self._hindered(officer, form, seen, handover) or self._send(officer, form, seen)
        except Unavailable as error:
            return Outcome(503, f"It is not known to be written, and can be sent again as it stands here. {error}.")

    def _hindered(
        self, officer: Officer, form: HandoverForm, seen: ShownHandover, handover: Handover | None
    ) -> Outcome | None:
        if handover is None:
            return None
        if form.act is HandoverKind.RETURN:
            return None if may_return(officer, handover) else Outcome(403, _OTHERS)
        desk = self.acting.book.state().desk
        sealed = frozenset(stay for stay in seen.stays if desk.stays[stay].is_sealed)
        fault = form.walk_fault(seen.stays, sealed)
        if fault:
            return Outcome(422, fault)
        has_more = handover.end is None and not set(owned_by(desk, handover.by)) <= set(seen.stays)
        return Outcome(409, f"{handover.by} {_MORE}", by=handover.by) if has_more else None

    def _send(self, officer: Officer, form: HandoverForm, seen: ShownHandover) -> Outcome:
        desk = self.acting.book.state().desk
        now = Micros(round(time.time() * SECOND))
        try:
            action = make_handover_action(form, seen, officer, desk, now)
        except ValueError as error:  # pydantic's ValidationError is one
            return Outcome(
                422, f"It cannot be written as it stands here: {printable(str(error).partition(chr(10))[0])}."
            )
        try:
            _judge(desk, action, now)
        except NotTaken as refusal:
            # Another console may have written the same form, and its own deed is what stands in the way.
            known = self.acting.book.known(seen.action_id)
            return self._refused(refusal.answer, str(refusal)) if known is None else self._answer(known)
        offset = self.acting.write(action_bytes(action))
        self.acting.hurry()
        verdict = self.acting.book.verdict(offset, READ_BACK_SECONDS)
        if verdict is None:
            return Outcome(202, "It is written. This console has not read it back yet: look again in a moment.")
        return self._answer(verdict)

    def _answer(self, verdict: Verdict) -> Outcome:
        if verdict.answer in {"taken", "repeated"}:
            return Outcome(201, "It is done.")
        return self._refused(verdict.answer, verdict.why)

    def _refused(self, answer: str, why: str) -> Outcome:
        desk = self.acting.book.state().desk
        words = f"{_REFUSED.get(answer, 'This cannot be done')}: {why}. Nothing was changed."
        if not desk.handovers:
            return Outcome(409, words)
        last = desk.handovers[-1]
        by, at = (last.by, last.at) if last.ended_at is None else (last.ended_by or "", last.ended_at)
        return Outcome(
            409, words, (), by, self.acting.clock(at, desk.at), handover_words(desk, last, self.acting.clock)
        )


def _content(form: HandoverForm, seen: ShownHandover) -> dict[str, Any]:  # Any: JSON
    fields = asdict(form) | {"seen": seen.action_id}
    return fields | {name: {str(stay): text for stay, text in fields[name].items()} for name in ("ends", "whys")}


def _judge(desk: Desk, action: HandoverAction, now: Micros) -> None:
    """By what is known here. Raises NotTaken, and Unavailable before the desk has rules."""
    if desk.rules is None:
        raise Unavailable("The desk has no rules yet")
    if isinstance(action, OfferHandoverAction) and action.words is not None and desk.is_sealed:
        raise NotTaken("refused", "on a sealed board no words are written in clear")
    if isinstance(action, TakeHandoverAction):
        check_items(desk.stays, action.items)
    judge_handover(desk.handovers, action, max(desk.sequence, action.after), desk.offset + 1, max(desk.at, now))
