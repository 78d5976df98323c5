"""One stay in words: where it stands, what the board says of the person, and what was done."""

from collections.abc import Iterator
from dataclasses import dataclass

from console.board_text import StayMark
from console.officer import Officer, Role
from console.stays.forms import HOURS, NEEDS_BASIS, WITHOUT_BASIS, ActKind
from console.stays.person_view import PersonView
from console.stays.proposal_text import ProposalText, proposal_text
from console.stays.queue_text import CAUSES, KIND_WORDS, Clock, who
from console.stays.stay_words import moment_words
from desk.state import Desk
from desk.stay import Stay
from models.alert import Alert, alert_id
from models.instants import HOUR, SECOND, Micros
from sight.printable import printable
from sight.sentences import Piece, alert_sentence
from sight.words import grouped_days

STATE_WORDS = KIND_WORDS | {"closed": "Closed", "left": "Left", "erased": "Erased"}
_MARK_WORDS = STATE_WORDS | {"entered": "New", "decided": "Decided"}


@dataclass(frozen=True, slots=True)
class DeedText:
    """Something that was done with a stay: which, when, by whom, and what they wrote."""

    word: str
    at: str
    by: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class StayText:
    """What the page of a stay shows. `facts` empty: the board could not be asked, for `trouble`."""

    alert_id: str
    address: str
    who: str
    kind: str
    word: str
    state: tuple[Piece, ...]
    facts: tuple[tuple[str, str], ...]
    trouble: str
    is_unreadable: bool
    entrance: tuple[Piece, ...]
    history: tuple[DeedText, ...]
    hours: tuple[int, ...]
    measures: tuple[str, ...]
    reasons: tuple[str, ...]
    proposal: ProposalText | None
    """the one that waits for a second person"""

    deciders: str
    """who proposes and rejects by the rules of the desk, in words"""

    is_yours: bool
    acts: frozenset[ActKind]
    """what can be done with it now, by that officer"""


def stay_text(  # noqa: PLR0913, PLR0917  (of which desk, for whom, in whose words)
    board: str, desk: Desk, stay: Stay, alert: Alert | None, asked: PersonView, officer: Officer | None, clock: Clock
) -> StayText:
    """As an officer reads it."""
    by = "" if officer is None else officer.by
    waiting = stay.open_proposal
    proposal = None if waiting is None else proposal_text(desk, waiting, asked, officer, clock)
    name, kind = alert_id(board, stay.sequence), kind_of(stay)
    longest = HOURS[-1] * HOUR if desk.rules is None else desk.rules.snooze_seconds * SECOND
    return StayText(
        alert_id=name,
        address=f"/stays/{name}",
        who=who(stay, alert).text,
        kind=kind,
        word=STATE_WORDS[kind],
        state=(Piece(state_words(desk, stay, clock)),),
        facts=tuple(_facts(asked, clock, desk)),
        trouble=asked.trouble,
        is_unreadable=asked.is_unreadable,
        entrance=tuple(_entrance(desk, stay, alert, clock)),
        history=tuple(_history(desk, stay, clock)),
        hours=tuple(each for each in HOURS if each * HOUR <= longest),
        measures=() if desk.rules is None else desk.rules.measures,
        reasons=() if desk.rules is None else desk.rules.reason_codes,
        proposal=proposal,
        deciders=" and ".join(f"{role}s" for role in _deciders(desk)),
        is_yours=stay.owner == by,
        acts=_possible(_acts(stay, officer, proposal, _deciders(desk)), asked),
    )


def kind_of(stay: Stay) -> str:
    """Where a stay stands, in one word of STATE_WORDS."""
    if stay.is_erased:
        return "erased"
    if stay.end_sequence is not None:
        return "left_unseen" if stay.is_left_unseen else "left"
    if stay.open_proposal is not None:
        return "second_key"
    if stay.handling is not None:
        return {"look": "owned", "snooze": "snoozed", "close": "closed"}[stay.handling.kind]
    if stay.returned is not None:
        return "lapsed" if stay.returned.cause in {"growth", "correction", "policy"} else "returned"
    return "entered" if stay.opening == "live" else "inherited"


def marks_of(desk: Desk) -> dict[int, StayMark]:
    """Of each open stay where it is and whose, by its entrance; before the rules of nobody."""
    if desk.rules is None:
        return {}
    return {number: _mark(stay) for number, stay in desk.stays.items() if stay.end_sequence is None}


def _mark(stay: Stay) -> StayMark:
    kind, last = kind_of(stay), stay.proposals[-1].end if stay.proposals else None
    kind = "decided" if last == "confirmed" and kind in {"owned", "closed"} else kind
    return StayMark(kind, _MARK_WORDS[kind], printable(stay.owner or ""))


def state_words(desk: Desk, stay: Stay, clock: Clock) -> str:
    """The same in a sentence: whose it is, since when, until when."""
    handling, kind = stay.handling, kind_of(stay)
    if kind == "erased":
        return "The person was erased."
    if stay.ended_at is not None:
        unseen = " Nobody had looked." if stay.is_left_unseen else ""
        return f"They left the band at {clock(stay.ended_at, desk.at)}.{unseen}"
    if stay.open_proposal is not None:
        proposal = stay.open_proposal
        until = moment_words(proposal.until, desk.at, clock)
        return f"{proposal.by} proposes {proposal.measure}. A second person answers by {until}."
    if handling is not None:
        at = clock(handling.at, desk.at)
        until = "" if handling.until is None else moment_words(handling.until, desk.at, clock)
        holder = f"{stay.owner} " if stay.owner not in {None, handling.by} else ""
        return {
            "look": f"{handling.by} looked at it at {at}, and {holder}has it until {until}.",
            "snooze": f"{handling.by} put it off at {at}, until {until}." + (f" {holder}has it." if holder else ""),
            "close": f"{handling.by} closed it at {at}.",
        }[handling.kind]
    if stay.returned is not None:
        return f"It is nobody\u2019s since {clock(stay.returned.at, desk.at)}: {CAUSES[stay.returned.cause]}."
    return "Nobody has looked at it."


def _deciders(desk: Desk) -> tuple[str, ...]:
    return () if desk.rules is None else desk.rules.deciders


def _acts(
    stay: Stay, officer: Officer | None, proposal: ProposalText | None, deciders: tuple[str, ...]
) -> frozenset[ActKind]:
    """What the desk would take, as it is known here."""
    if stay.is_erased or officer is None:
        return frozenset()
    if stay.end_sequence is not None:
        return frozenset({ActKind.NOTE, ActKind.LOOK} if stay.is_left_unseen else {ActKind.NOTE})
    acts, is_decider = {ActKind.NOTE}, officer.role.value in deciders
    if stay.owner == officer.by:
        acts |= {ActKind.LOOK, ActKind.SNOOZE, ActKind.RELEASE}
        acts |= set() if proposal else {ActKind.CLOSE, ActKind.PROPOSE}
    elif stay.owner is not None and officer.role is Role.SUPERVISOR:
        acts.add(ActKind.RELEASE)
    elif stay.owner is None and stay.handling is None:
        acts.add(ActKind.LOOK)
    if proposal is not None:
        acts |= set() if proposal.hindrance else {ActKind.CONFIRM}
        acts |= {ActKind.RETURN} if proposal.by == officer.by or is_decider else set()
    return frozenset(acts if is_decider else acts - {ActKind.PROPOSE})


def _possible(acts: frozenset[ActKind], asked: PersonView) -> frozenset[ActKind]:
    """Without what rests on a basis that there is not, and of an unreadable stay without what writes a text."""
    if asked.is_unreadable:
        return acts & WITHOUT_BASIS
    return acts - (NEEDS_BASIS if asked.basis is None else frozenset())


def _facts(asked: PersonView, clock: Clock, desk: Desk) -> Iterator[tuple[str, str]]:
    person, basis = asked.person, asked.basis
    if person is None or basis is None:
        return
    yield "Rank", "not ranked" if basis.rank is None else f"{basis.rank:,}"
    yield "Days of harm", grouped_days(basis.score_millidays)
    yield "Offences that count", f"{basis.counted:,} of {len(person.contributions):,}"
    since = None if person.since is None else clock(Micros(person.since), desk.at)
    yield "In the band", "no longer" if since is None else f"since {since}"
    yield "As of entry", f"{basis.entry:,}"


def _entrance(desk: Desk, stay: Stay, alert: Alert | None, clock: Clock) -> Iterator[Piece]:
    if alert is not None and not stay.is_erased:
        yield from alert_sentence(alert)
        return
    at = clock(stay.began_at, desk.at)
    yield Piece(f"In the band since {at}; " + _WITHOUT_ALERT.get(stay.opening, "the alert is no longer at hand."))


_WITHOUT_ALERT = {"inherited": "the alerts of this board begin with a baseline that held them already."}


def _history(desk: Desk, stay: Stay, clock: Clock) -> Iterator[DeedText]:
    """The newest first. Of what was done with it the desk keeps the last, of notes and proposals all."""
    deeds: list[tuple[Micros, DeedText]] = []
    for note in stay.notes:
        deeds.append((note.at, DeedText("Note", clock(note.at, desk.at), note.by, note.text or "(erased)")))
    for each in stay.proposals:
        sentence = f"{each.measure}{', provisional' if each.provisional else ''}: {each.why or '(erased)'}"
        deeds.append((each.at, DeedText("Proposed", clock(each.at, desk.at), each.by, sentence)))
        if each.end is not None and each.ended_at is not None:
            word = ENDS[each.end]
            deeds.append((each.ended_at, DeedText(word, clock(each.ended_at, desk.at), each.answered_by or "")))
    if stay.handling is not None:
        handling = stay.handling
        word = {"look": "Looked at", "snooze": "Put off", "close": "Closed"}[handling.kind]
        deeds.append((handling.at, DeedText(word, clock(handling.at, desk.at), handling.by)))
    if stay.returned is not None:
        returned = stay.returned
        sentence = CAUSES[returned.cause] + ("" if returned.why is None else f": {returned.why}")
        deeds.append((returned.at, DeedText("Back", clock(returned.at, desk.at), returned.by or "", sentence)))
    yield from (deed for _, deed in sorted(deeds, key=lambda each: each[0], reverse=True))


ENDS = {
    "confirmed": "Confirmed", "returned": "Returned", "withdrawn": "Taken back", "time": "Ended without an answer",
    "stay_ended": "Ended: they left the band", "erased": "Erased",
}  # fmt: skip
"""What became of a proposal."""
