"""What an action makes of its stay, or why it makes nothing of it: the rules of the desk, one function a kind."""

from dataclasses import replace

from desk.decision import answer, propose
from desk.lapse_cause import is_refuted, lapse_id
from desk.stay import Handling, Note, ReturnReason, Stay
from desk.stay_moment import SUPERVISOR, StayAction, StayMoment, own
from desk.verdict import NotTaken
from models.desk.action import (
    CloseAction,
    ConfirmAction,
    LapseAction,
    LookAction,
    NoteAction,
    ProposeAction,
    ReleaseAction,
    ReturnAction,
    SnoozeAction,
)
from models.instants import parse_instant

_OtherAction = LookAction | NoteAction | SnoozeAction | CloseAction | ReleaseAction | LapseAction


def judge(moment: StayMoment, action: StayAction) -> Stay:
    """The stay behind the action. Raises NotTaken."""
    _check_open(moment.stay, action)
    _check_sealed(moment.stay, action)
    _check_basis(moment.stay, action)
    _check_reason(moment, action)
    match action:
        case ProposeAction():
            return propose(moment, action)
        case ConfirmAction() | ReturnAction():
            return answer(moment, action)
        case _:
            return _handle(moment, action)


def _handle(moment: StayMoment, action: _OtherAction) -> Stay:
    match action:
        case LookAction():
            return _look(moment, action)
        case NoteAction():
            note = Note(action.action_id, action.by, moment.now, action.note)
            return replace(moment.stay, notes=(*moment.stay.notes, note))
        case SnoozeAction() | CloseAction():
            return _set_down(moment, action)
        case ReleaseAction():
            return _release(moment, action)
        case LapseAction():
            return _lapse(moment, action)


def _check_open(stay: Stay, action: StayAction) -> None:
    if stay.is_erased:
        raise NotTaken("refused", "the person was erased")
    is_kept = isinstance(action, NoteAction) or (isinstance(action, LookAction | CloseAction) and stay.is_left_unseen)
    if stay.end_sequence is not None and not is_kept:
        raise NotTaken("late", f"the stay ended with alert {stay.end_sequence}")


def _check_sealed(stay: Stay, action: StayAction) -> None:
    """What is written about a person under a token is under their key, too: never in clear on the topic."""
    if not stay.is_sealed:
        return
    note = getattr(action, "note", None)
    if note is not None and not stay.seals(note):
        raise NotTaken("refused", "of a sealed stay no text is written but under its key")
    basis = getattr(action, "basis", None)
    if basis is not None and (not isinstance(basis.rows, str) or not stay.seals(basis.rows)):
        raise NotTaken("refused", "of a sealed stay no offence is written but under its key")


def _check_whole(stay: Stay, action: LookAction | CloseAction) -> None:
    """Of a stay that is open, and can be read."""
    if action.basis is None and not stay.is_sealed:
        raise NotTaken("refused", "it rests on no basis")
    if isinstance(action, CloseAction) and action.note is None and not stay.is_sealed:
        raise NotTaken("refused", "it says no reason")


def _check_basis(stay: Stay, action: StayAction) -> None:
    basis = getattr(action, "basis", None)
    if basis is not None and basis.generation == stay.lapsed_generation and basis.entry < stay.lapsed_entry:
        raise NotTaken("changed", f"what the page showed lapsed at entry {stay.lapsed_entry}")


def _check_reason(moment: StayMoment, action: StayAction) -> None:
    code = getattr(action, "reason_code", None)
    if code is not None and code not in moment.rules.reason_codes:
        raise NotTaken("refused", f"{code} is no reason of this desk")


def _look(moment: StayMoment, action: LookAction) -> Stay:
    stay = moment.stay
    if stay.owner not in {None, action.by}:
        raise NotTaken("late", f"{stay.owner} has it")
    if stay.handling is not None and stay.handling.kind == "close":
        raise NotTaken("late", f"{stay.handling.by} closed it")
    if stay.end_sequence is not None:
        return replace(stay, was_seen=True)
    _check_whole(stay, action)
    until = moment.after(moment.rules.look_seconds)
    handling = Handling("look", action.action_id, action.by, moment.now, action.basis, until)
    return replace(stay, owner=action.by, handling=handling, returned=None, was_seen=True)


def _set_down(moment: StayMoment, action: SnoozeAction | CloseAction) -> Stay:
    """A snooze keeps its owner, a closed stay has none."""
    if isinstance(action, CloseAction) and moment.stay.end_sequence is not None:
        return replace(moment.stay, was_seen=True)
    own(moment.stay, action.by)
    if isinstance(action, CloseAction):
        _check_whole(moment.stay, action)
        if moment.stay.open_proposal is not None:
            raise NotTaken("refused", "a proposal waits for a second person")
        closed = Handling("close", action.action_id, action.by, moment.now, action.basis, None)
        return replace(moment.stay, owner=None, handling=closed)
    until = parse_instant(action.until)
    if not moment.now < until <= moment.after(moment.rules.snooze_seconds):
        raise NotTaken("refused", f"a snooze ends within {moment.rules.snooze_seconds} seconds")
    snooze = Handling("snooze", action.action_id, action.by, moment.now, action.basis, until)
    return replace(moment.stay, handling=snooze)


def _release(moment: StayMoment, action: ReleaseAction) -> Stay:
    if moment.stay.owner is None:
        raise NotTaken("late", "nobody has it")
    if action.by != moment.stay.owner and action.role != SUPERVISOR:
        raise NotTaken("refused", f"{moment.stay.owner} has it")
    if action.by != moment.stay.owner and action.note is None:
        raise NotTaken("refused", "a supervisor says why")
    return moment.stay.back("released", moment.now)


def _lapse(moment: StayMoment, action: LapseAction) -> Stay:
    handling = moment.stay.handling
    if handling is None or handling.action_id != action.second_of:
        raise NotTaken("late", "it no longer counts anyway")
    if action.action_id != lapse_id(action.second_of, action.cause):
        raise NotTaken("refused", "its id is not that of what lapses and why")
    before, now = handling.basis, action.basis
    if before is None:
        raise NotTaken("refused", "what rests on no basis does not lapse")
    if now.generation == before.generation and now.entry <= before.entry:
        raise NotTaken("refused", "a lapse rests on a later entry")
    if is_refuted(action.cause, before, now, moment.rules):
        raise NotTaken("refused", f"the bases show no {action.cause}")
    back = ReturnReason(action.cause, moment.now)
    return replace(
        moment.stay,
        owner=None,
        handling=None,
        returned=back,
        lapsed_entry=now.entry,
        lapsed_generation=now.generation,
    )
