"""A decision takes two persons: one proposes, another confirms or returns it."""

from dataclasses import replace

from desk.lapse_cause import has_other_rows
from desk.stay import Proposal, Stay
from desk.stay_moment import SUPERVISOR, StayMoment, own
from desk.verdict import NotTaken
from models.desk.action import ConfirmAction, ProposeAction, ReturnAction
from models.desk.rules import DeskRules

OTHER_ROWS = "who confirms has read other offences than who proposed"
ACCEPT = "accept"
"""The measure that can be provisional."""


def provider_of(by: str) -> str:
    """The way of signing in that an officer's id names: `<provider>:<subject>`."""
    return by.partition(":")[0] if ":" in by else ""


def propose(moment: StayMoment, action: ProposeAction) -> Stay:
    """The stay with one more proposal. Raises NotTaken."""
    rules, stay = moment.rules, moment.stay
    _check_decider(rules, action.role)
    if action.measure not in rules.measures:
        raise NotTaken("refused", f"{action.measure} is no measure of this desk")
    if action.provisional and action.measure != ACCEPT:
        raise NotTaken("refused", "only an acceptance is provisional")
    own(stay, action.by)
    if stay.open_proposal is not None:
        raise NotTaken("late", f"{stay.open_proposal.by} has proposed already")
    if action.provisional and _was_provisional(stay):
        raise NotTaken("refused", "what was provisional once waits for a second person")
    until = moment.after(rules.provisional_seconds if action.provisional else rules.proposal_seconds)
    proposal = Proposal(
        action.action_id, action.by, action.sign_in, moment.now, action.basis, action.measure, action.note,
        action.provisional, until,
    )  # fmt: skip
    return replace(stay, proposals=(*stay.proposals, proposal))


def _was_provisional(stay: Stay) -> bool:
    """Whether one was since a second person last answered: else one person could hold it up for ever."""
    for each in reversed(stay.proposals):
        if each.end in {"confirmed", "returned"}:
            return False
        if each.provisional:
            return True
    return False


def answer(moment: StayMoment, action: ConfirmAction | ReturnAction) -> Stay:
    """The stay with its proposal answered, or taken back. Raises NotTaken."""
    named = [each for each in moment.stay.proposals if each.action_id == action.second_of]
    if not named:
        raise NotTaken("refused", "there is no such proposal for this stay")
    (proposal,) = named
    if proposal.end is not None:
        raise NotTaken("late", f"the proposal has ended: {proposal.end}")
    is_own = action.by == proposal.by
    if isinstance(action, ReturnAction):
        if not is_own:
            _check_decider(moment.rules, action.role)
        return moment.stay.with_end(moment.now, "withdrawn" if is_own else "returned", action.by)
    if is_own:
        raise NotTaken("refused", "a decision needs two persons")
    if action.role != SUPERVISOR:
        raise NotTaken("refused", "a supervisor confirms")
    if provider_of(action.by) != provider_of(proposal.by):
        raise NotTaken("refused", "of two ways of signing in nobody can say that they are two persons")
    if action.basis.policy_digest != proposal.basis.policy_digest or has_other_rows(proposal.basis, action.basis):
        raise NotTaken("changed", OTHER_ROWS)
    return moment.stay.with_end(moment.now, "confirmed", action.by)


def _check_decider(rules: DeskRules, role: str) -> None:
    if role not in rules.deciders:
        raise NotTaken("refused", f"the role {role} decides nothing")
