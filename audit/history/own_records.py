"""Whether what is known of a person themselves at a moment is today what it was then: else others alone moved them."""

from collections.abc import Collection, Sequence

from audit.history.history_replay import ReceivedReport, Reign
from audit.history.latest_revisions import LatestRevisions, assessed_under, known_of
from models.contribution import Contribution
from models.policy import Policy
from scoring.assess import Assessor

Worth = tuple[str, int, int]
"""An offence that counts: its millidays, and the day that breaks ties."""


class OwnRecords:
    """What some people's own offences came to, at any moment, as known then and as known now."""

    def __init__(self, reigns: Sequence[Reign], knowledge: LatestRevisions, people: Collection[str]) -> None:
        self._reigns = reigns
        self._received = knowledge.of(people)
        self._assessors: dict[str, Assessor] = {}

    def unchanged(self, offender_id: str, at: int) -> bool:
        """Whether at an instant (microseconds) exactly that counted which, as known now, should have."""
        policy, offences = in_force(self._reigns, at), self._received[offender_id]
        if policy.digest not in self._assessors:
            self._assessors[policy.digest] = Assessor(policy)
        assess = self._assessors[policy.digest]
        then = {_then(one, at, policy, assess) for one in offences}
        now = {_now(one, at, policy, assess) for one in offences}
        return then - {None} == now - {None}


def in_force(reigns: Sequence[Reign], at: int) -> Policy:
    """The policy that was in force at an instant (microseconds)."""
    return next(reign.policy for reign in reversed(reigns) if reign.since <= at)


def _then(revisions: list[ReceivedReport], at: int, policy: Policy, assess: Assessor) -> Worth | None:
    known = [received for received in revisions if received.known_from <= at]
    return _worth(assessed_under(known[-1], policy, assess)[0], at) if known else None


def _now(revisions: list[ReceivedReport], at: int, policy: Policy, assess: Assessor) -> Worth | None:
    known = known_of(revisions, policy, assess)
    return _worth(known.item, at) if known.holds_from <= at else None


def _worth(item: Contribution, at: int) -> Worth | None:
    millidays = next((step.millidays for step in item.steps if at < step.until), 0)
    return (item.offence_id, millidays, item.anchor_day) if millidays else None
