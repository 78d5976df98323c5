"""What was known at some instant: of every offence the revision that counted then, and from when on it holds.

A revision holds from its anchor, or from the moment the board was told of it where that is earlier. So what was
told late counts for the time it speaks of, and what was known at once counts as it did.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.history.past import AppliedEntry, Telling
from models.contribution import Contribution, Weight
from models.errors import BrokenInvariant, Refused
from models.policy import Policy
from scoring.assess import Assessor

Key = tuple[str, str]
"""Who, and which offence."""


@dataclass(frozen=True, slots=True)
class Known:
    """The highest revision of an offence, and the instant from which it holds (microseconds).

    `assessed` False: the policy knows its code or status not, and it counts nothing under it.
    """

    item: Contribution
    holds_from: int
    assessed: bool = True

    @property
    def key(self) -> Key:
        """Whose it is."""
        return self.item.offender_id, self.item.offence_id


class LatestRevisions:
    """A witness: keeps of every offence the highest revision and those it replaced; of two equal ones the first."""

    def __init__(self) -> None:
        self._told: dict[Key, list[Telling]] = {}

    def __call__(self, told: AppliedEntry) -> None:
        """Takes in what an entry told."""
        for telling in told.tellings():
            self.take(telling)

    def take(self, telling: Telling) -> None:
        """Takes in one revision."""
        told = self._told.setdefault((telling.item.offender_id, telling.item.offence_id), [])
        if not told or told[-1].item.revision < telling.item.revision:
            told.append(telling)

    def revision(self, offender_id: str, offence_id: str) -> int:
        """The highest that is known of an offence."""
        return self._told[offender_id, offence_id][-1].item.revision

    def timeline(self, policy: Policy) -> list[Known]:
        """Every offence as it is known, assessed under a policy, in the order in which they begin to hold."""
        assess = Assessor(policy)
        known = (self._known(told, policy, assess) for told in self._told.values())
        return sorted(known, key=lambda one: (one.holds_from, one.item.offset))

    def _known(self, told: list[Telling], policy: Policy, assess: Assessor) -> Known:
        known: Known | None = None
        for telling in told:
            item, assessed = assessed_under(telling, policy, assess)
            holds_from = min(item.anchor_at, telling.known_from)
            if known is not None and not item.weight.steps:
                # What counts nothing has no time of its own: it takes back what stood there before.
                holds_from = min(holds_from, known.holds_from)
            known = Known(item, holds_from, assessed)
        if known is None:
            raise BrokenInvariant("an offence of which nothing was told")
        return known


def assessed_under(telling: Telling, policy: Policy, assess: Assessor) -> tuple[Contribution, bool]:
    """What a report counts under a policy; False and nothing where that one cannot assess it."""
    item, report, told_under = telling.item, telling.report, telling.policy
    if told_under is None or told_under.digest == policy.digest:
        return item, True
    if report is None:
        raise BrokenInvariant("a report cannot be assessed again: what it said was not kept")
    try:
        return assess(report, item.offset), True
    except Refused:
        anchor_at = assess.anchor(report.occurred_at, report.reported_at)
        return item._replace(anchor_at=anchor_at, weight=Weight(report.code, ())), False


def without_future(item: Contribution, instant: int) -> Contribution:
    """The item as far as it concerns `instant`: what is anchored later counts nothing then."""
    return item if item.anchor_at <= instant else item._replace(weight=Weight(item.code, ()))


def unassessed(timeline: list[Known], before: int) -> int:
    """How many offences that begin to hold before an instant (microseconds) the policy of a timeline cannot assess."""
    return sum(not known.assessed and known.holds_from < before for known in timeline)


def holding(timeline: list[Known], until: int) -> Iterator[Known]:
    """Those of a timeline that hold from an instant up to `until` (microseconds) on."""
    for known in timeline:
        if known.holds_from > until:
            return
        yield known
