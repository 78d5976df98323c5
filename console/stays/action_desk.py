"""An officer acts on a stay: held against the board and the desk, written, and read back."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic import ValidationError

from console.form_seal import OLDER
from console.officer import Officer, Role
from console.sign_in.fresh_sign_in import why_sign_in_again
from console.stays.actions import make_action, with_id_of
from console.stays.forms import NEEDS_BASIS, NEEDS_PROPOSAL, WITHOUT_BASIS, ActKind, StayForm
from console.stays.live_desk import LiveDesk
from console.stays.outcome import Outcome
from console.stays.person_lookup import PersonLookup
from console.stays.person_view import PersonView
from console.stays.queue_text import Clock
from console.stays.shown_basis import BasisSeal, ShownBasis, basis_changes, new_action_id
from console.stays.stay_text import state_words
from console.store_threads import StoreThreads
from desk.decision import OTHER_ROWS
from desk.judgement import judge
from desk.lapse_cause import has_other_rows
from desk.state import Desk
from desk.stay_moment import StayAction, StayMoment
from desk.verdict import NotTaken, Verdict
from models.desk.action import action_bytes, says_the_same
from models.errors import Unavailable
from models.instants import SECOND, Micros
from sight.printable import printable

READ_BACK_SECONDS = 2.0
ACT_SECONDS, TOPIC_SECONDS = 15.0, 20.0
_ACT_THREADS, _TOPIC_THREADS = 8, 2
MOST_OF_ONE = 4
"""Actions of one officer at the same time: the threads are there for others, too."""

_CHANGED = "The board has changed since you read it. Nothing is written: what you see now is what it says."
_MANY = "Several of your actions are under way. This one is not written, and can be sent again as it stands here."
_CLOSED = "The key of this stay is gone, so nothing can be written about it: look at it, or close it without a text."
_REFUSED = {"late": "Too late", "changed": "The desk has changed since you read it"}

Write = Callable[[bytes], int]
"""Writes an action's bytes; answers its offset. Raises Unavailable."""


def why_not(officer: Officer | None) -> str:
    """Why somebody may not act; empty: they may."""
    if officer is None or not officer.signed_in:
        return "Only who has signed in can act: an action carries a name that was checked."
    return "An auditor reads, and does not act." if officer.role is Role.AUDITOR else ""


def why_not_confirm(officer: Officer, act: ActKind | None) -> str:
    """Why somebody may not confirm at this moment; empty: they may, or do something else."""
    return why_sign_in_again(officer) if act is ActKind.CONFIRM else ""


@dataclass(frozen=True, slots=True)
class ActionDesk:
    """Blocks while it asks and writes: to be called in a thread. `hurry`: there is something to read back."""

    book: LiveDesk
    lookup: PersonLookup
    seal: BasisSeal
    write: Write
    hurry: Callable[[], None]
    clock: Clock
    reads: StoreThreads = field(default_factory=StoreThreads)
    """in which pages ask the store"""

    acts: StoreThreads = field(default_factory=lambda: StoreThreads(ACT_SECONDS, _ACT_THREADS))
    """in which actions do, and are written: those that ask nothing do not wait behind pages"""

    topics: StoreThreads = field(default_factory=lambda: StoreThreads(TOPIC_SECONDS, _TOPIC_THREADS, "Kafka"))
    """in which pages read a topic"""

    under_way: Counter[str] = field(default_factory=Counter)
    """actions of each officer, by name; in the event loop alone"""

    def close(self) -> None:
        """Ends its threads."""
        for threads in (self.reads, self.acts, self.topics):
            threads.close()

    async def in_time(self, act: Callable[..., Outcome], officer: Officer, *arguments: object) -> Outcome:
        """`act` or `act_on` in a thread; 503 where it takes too long, or the officer has many under way."""
        if self.under_way[officer.by] >= MOST_OF_ONE:
            return Outcome(503, _MANY)
        self.under_way[officer.by] += 1
        try:
            return await self.acts.ask(act, officer, *arguments)
        except Unavailable as error:
            return Outcome(503, f"It is not known to be written, and can be sent again as it stands here: {error}.")
        finally:
            self.under_way[officer.by] -= 1

    def seen(self, officer: Officer | None, desk: Desk, stay: int, asked: PersonView) -> str:
        """The sealed field of a page's forms: one action of this officer, on what they read; empty: they may not."""
        if officer is None or why_not(officer):
            return ""
        waiting = desk.stays[stay].open_proposal
        shown = ShownBasis(
            by=officer.by, stay=stay, action_id=new_action_id(), sequence_seen=desk.sequence, basis=asked.basis,
            proposal=None if waiting is None else waiting.action_id,
        )  # fmt: skip
        return self.seal.seal(shown)

    def act(self, officer: Officer, stay: int, form: StayForm) -> Outcome:
        """What becomes of a form about a stay that is there."""
        refusal = why_not(officer) or why_not_confirm(officer, form.act)
        if refusal:
            return Outcome(403, refusal)
        fault = self._fault(form, stay)
        if fault:
            return Outcome(422, fault)
        seen = self.seal.open(form.seen, officer.by, stay)
        if seen is None:
            return Outcome(409, OLDER)
        return self._take(form, with_id_of(form, seen), officer)

    def act_on(self, officer: Officer, form: StayForm, seen: ShownBasis) -> Outcome:
        """The same for a program, which says itself what it has seen: it is held against the board, which is written.

        `officer` may be one whom nobody has checked.
        """
        if officer.role is Role.AUDITOR:
            return Outcome(403, why_not(officer))
        refusal = why_not_confirm(officer, form.act)
        if refusal:
            return Outcome(403, refusal)
        if seen.sequence_seen > self.book.state().desk.sequence:
            return Outcome(409, f"This console has read no alert {seen.sequence_seen:,} yet. Nothing was changed.")
        fault = self._fault(form, seen.stay)
        if fault:
            return Outcome(422, fault)
        try:
            return self._take(form, self._of_now(form, seen), officer)
        except Unavailable as error:
            return Outcome(503, f"Nothing is written, and it can be sent again: {error}.")

    def _of_now(self, form: StayForm, seen: ShownBasis) -> ShownBasis:
        """With the basis as the board has it, where that says what the program has seen; else as it is."""
        if form.act not in NEEDS_BASIS or seen.basis is None or self.book.known(seen.action_id) is not None:
            return seen
        asked = self.lookup.ask(self.book.state(), seen.stay)
        if asked.basis is None and not asked.is_unreadable:
            raise Unavailable(asked.trouble)
        return (
            seen
            if asked.basis is None or basis_changes(seen.basis, asked.basis)
            else seen.model_copy(update={"basis": asked.basis})
        )

    def _take(self, form: StayForm, seen: ShownBasis, officer: Officer) -> Outcome:
        """What becomes of a form that can be done."""
        stopped = self.book.why_stopped()
        if stopped:
            return Outcome(503, f"Nothing is written, and it can be sent again as it stands here: {stopped}.")
        try:
            return self._known(form, seen, officer) or self._changed(form, seen) or self._send(form, seen, officer)
        except Unavailable as error:
            return Outcome(503, f"It is not known to be written, and can be sent again as it stands here. {error}.")

    def _fault(self, form: StayForm, stay: int) -> str:
        """Why a form does nothing; of a stay whose key is gone nothing is written about anybody."""
        if not form.text and form.act is not ActKind.CLOSE:
            return form.fault()
        try:
            is_gone = self.lookup.key(self.book.state().desk, stay).is_gone
        except Unavailable:
            return form.fault()  # it is said when it would be written
        return _CLOSED if is_gone and form.text else form.fault(needs_words=not is_gone)

    def _known(self, form: StayForm, seen: ShownBasis, officer: Officer) -> Outcome | None:
        """Of an action that is here already; None: it is not. Raises Unavailable."""
        known = self.book.known(seen.action_id)
        if known is None:
            return None
        if form.hours is not None:  # an hour from now is another instant now; of a form the id says what it is
            return self._answer(known, seen.stay)
        made = self._make(form, seen, officer, self.book.state().desk, _now())
        return made if isinstance(made, Outcome) else self._answer(known, seen.stay, made)

    def _changed(self, form: StayForm, seen: ShownBasis) -> Outcome | None:
        """409 where the board says something else of the person than the page did. Raises Unavailable."""
        if form.act in NEEDS_PROPOSAL and seen.proposal is None:
            return Outcome(409, "No proposal waited when this form was made: read again, then send it.")
        if form.act not in NEEDS_BASIS:
            return None
        asked = self.lookup.ask(self.book.state(), seen.stay)
        if asked.is_unreadable and form.act in WITHOUT_BASIS and seen.basis is None:
            return None
        if seen.basis is None:
            return Outcome(409, "The board could not be asked when this form was made: read again, then send it.")
        if asked.is_unreadable:
            return Outcome(409, _CLOSED)
        if asked.basis is None:
            raise Unavailable(asked.trouble)
        changes = basis_changes(seen.basis, asked.basis)
        return Outcome(409, _CHANGED, changes) if changes else None

    def _send(self, form: StayForm, seen: ShownBasis, officer: Officer) -> Outcome:
        desk, now = self.book.state().desk, _now()
        if desk.rules is None:
            raise Unavailable("The desk has no rules yet")
        action = self._make(form, seen, officer, desk, now)
        if isinstance(action, Outcome):
            return action
        try:
            judge(StayMoment(desk.stays[seen.stay], desk.rules, max(desk.at, now)), action)
            self._judge_rows(desk, form, seen)
        except NotTaken as refusal:
            # Another console may have written the same form, and its own deed is what stands in the way.
            return self._known(form, seen, officer) or self._refused(refusal.answer, str(refusal), seen.stay)
        offset = self.write(action_bytes(action))
        self.hurry()
        verdict = self.book.verdict(offset, READ_BACK_SECONDS)
        if verdict is None:
            return Outcome(202, "It is written. This console has not read it back yet: look again in a moment.")
        return self._answer(verdict, seen.stay, action)

    def _judge_rows(self, desk: Desk, form: StayForm, seen: ShownBasis) -> None:
        """What the fold cannot read on a sealed board: whether who confirms read other offences. Raises NotTaken."""
        if form.act is not ActKind.CONFIRM or seen.basis is None:
            return
        waiting = self.lookup.opened(desk, seen.stay).stays[seen.stay].open_proposal
        if waiting is not None and has_other_rows(waiting.basis, seen.basis):
            raise NotTaken("changed", OTHER_ROWS)

    def _make(
        self, form: StayForm, seen: ShownBasis, officer: Officer, desk: Desk, now: Micros
    ) -> StayAction | Outcome:
        try:
            return make_action(form, seen, officer, desk, now, self.lookup.key(desk, seen.stay))
        except ValueError as error:  # pydantic's ValidationError is one
            return Outcome(422, f"It cannot be written as it stands here: {printable(_first_fault(error))}.")

    def _answer(self, verdict: Verdict, stay: int, action: StayAction | None = None) -> Outcome:
        first = None if action is None else self.book.action(action.action_id)
        if first is not None and action is not None and not says_the_same(first, action):
            return Outcome(409, "This action_id was taken for another action. Nothing was changed: take a new one.")
        if verdict.answer in {"taken", "repeated"}:
            return Outcome(201, "It is done.")
        return self._refused(verdict.answer, verdict.why, stay)

    def _refused(self, answer: str, why: str, stay: int) -> Outcome:
        desk = self.book.state().desk
        now = desk.stays[stay]
        first = now.handling
        at = "" if first is None else self.clock(first.at, desk.at)
        words = f"{_REFUSED.get(answer, 'This cannot be done')}: {why}. Nothing was changed."
        return Outcome(409, words, (), now.owner or (first.by if first else ""), at, state_words(desk, now, self.clock))


def _now() -> Micros:
    return Micros(round(time.time() * SECOND))


def _first_fault(error: ValueError) -> str:
    """Of which field what is wrong, in one line."""
    if not isinstance(error, ValidationError):
        return str(error)
    first = error.errors(include_url=False, include_input=False)[0]
    return f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
