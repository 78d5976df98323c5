"""An open proposal in words, and what has changed since it was made: what is contested first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from console.officer import Officer, Role
from console.sign_in.fresh_sign_in import NO_PERSON, why_sign_in_again
from console.stays.person_view import PersonView
from console.stays.queue_text import Clock
from console.stays.shown_basis import basis_changes
from console.stays.stay_words import moment_words
from desk.decision import provider_of
from desk.lapse_cause import has_other_rows
from desk.state import Desk
from desk.stay import Proposal
from models.board import ContributionRow
from models.desk.basis import Basis, BasisRow
from models.instants import format_instant
from sight.printable import printable
from sight.words import grouped_days


@dataclass(frozen=True, slots=True)
class ProposalText:
    """What a second person reads. `contested`: what speaks against the facts; `others`: what else has changed."""

    measure: str
    by: str
    at: str
    until: str
    provisional: bool
    why: str
    contested: tuple[str, ...]
    others: tuple[str, ...]
    hindrance: str
    """why the officer who reads it cannot confirm it; empty: they can"""

    ends_at: str
    is_yours: bool
    again: str = ""
    """why it takes another sign-in to confirm it; empty: it takes none"""
    """whether who reads it has made it"""


def proposal_text(
    desk: Desk, proposal: Proposal, asked: PersonView, officer: Officer | None, clock: Clock
) -> ProposalText:
    """Of one that waits, as an officer reads it."""
    before, now, known = proposal.basis, asked.basis, asked.person.contributions if asked.person else []
    return ProposalText(
        measure=proposal.measure,
        by=proposal.by,
        at=clock(proposal.at, desk.at),
        until=moment_words(proposal.until, desk.at, clock),
        provisional=proposal.provisional,
        why=proposal.why or "(erased)",
        contested=() if now is None else tuple(_contested(before, now, known)),
        others=() if now is None else (*_moved(before, now, known), *basis_changes(before, now)),
        hindrance=_not_yours(proposal, officer) or _hindrance(before, now),
        ends_at=format_instant(proposal.until),
        is_yours=officer is not None and officer.by == proposal.by,
        again="" if officer is None else why_sign_in_again(officer),
    )


def _not_yours(proposal: Proposal, officer: Officer | None) -> str:
    if officer is None or officer.role is Role.AUDITOR or not officer.signed_in:
        return "A supervisor who has signed in confirms."
    if officer.by_token:
        return NO_PERSON
    if officer.by == proposal.by:
        return "You proposed it: a decision takes another person."
    if officer.role is not Role.SUPERVISOR:
        return "A supervisor confirms. You can return it."
    is_apart = provider_of(officer.by) != provider_of(proposal.by)
    return "They signed in another way than you, so nobody can say that you are two persons." if is_apart else ""


def _hindrance(before: Basis, now: Basis | None) -> str:
    """By the same comparison as the desk's own."""
    if now is None:
        return "The board cannot be asked now, so it cannot be confirmed."
    if before.policy_digest != now.policy_digest:
        return "It cannot be confirmed: another policy is in force than when it was proposed."
    has_others = has_other_rows(before, now)
    return "It cannot be confirmed: other offences count than when it was proposed." if has_others else ""


def _contested(before: Basis, now: Basis, known: Sequence[ContributionRow]) -> Iterator[str]:
    """Each offence that the proposal rests on and that is another one now, the heaviest first. An expiry is none."""
    counting, revisions = {row[0]: row[1] for row in now.clear_rows or ()}, {row.offence_id: row for row in known}
    for row in before.clear_rows or ():
        contribution = revisions.get(row[0])
        current = counting.get(row[0]) or (None if contribution is None else contribution.revision)
        gone = "" if contribution is None or contribution.counted else ", and it no longer counts"
        if current is None:
            yield f"{_named(row)} is no longer known of this person"
        elif current < row[1]:
            yield f"{_named(row)} was read in revision {row[1]} and is revision {current} now: in doubt{gone}"
        elif current > row[1]:
            yield f"{_named(row)} was corrected: revision {row[1]} then, {current} now{gone}"


def _moved(before: Basis, now: Basis, known: Sequence[ContributionRow]) -> Iterator[str]:
    """What came to count since, and what ran out."""
    seen = {row[0]: row for row in before.clear_rows or ()}
    for row in now.clear_rows or ():
        if row[0] not in seen and not before.may_hold(row):
            yield f"{_named(row)} counts since"
    for each in known:
        if each.offence_id in seen and each.revision == seen[each.offence_id][1] and not each.counted:
            yield f"{_named(seen[each.offence_id])} no longer counts"


def _named(row: BasisRow) -> str:
    return f"Offence {printable(row[0])} ({printable(row[2])}, {grouped_days(row[3])})"
