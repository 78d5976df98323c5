"""What was known at some instant: of every offence the revision that counted then, and from when on it holds.

A revision holds from its anchor, or from the moment the board received it where that is earlier. So what came
late counts for the time it speaks of, and what was known at once counts as it did.
"""

from collections.abc import Collection, Iterator
from typing import NamedTuple

from audit.history.history_replay import AppliedEntry, ReceivedReport
from models.contribution import Contribution, Weight
from models.errors import BrokenInvariant, Refused
from models.policy import Policy
from scoring.assess import Assessor

Key = tuple[str, str]
"""Who, and which offence."""


class KnownRevision(NamedTuple):
    """The highest revision of an offence, and the instant from which it holds (microseconds).

    `assessed` False: the policy does not know its code or status, so it counts nothing.
    """

    item: Contribution
    holds_from: int
    assessed: bool = True

    @property
    def key(self) -> Key:
        """Whose it is."""
        return self.item.offender_id, self.item.offence_id


class LatestRevisions:
    """An observer: keeps of every offence the highest revision and those it replaced; of two equal ones the first."""

    def __init__(self) -> None:
        self._received: dict[Key, list[ReceivedReport]] = {}

    def __call__(self, applied: AppliedEntry) -> None:
        """Takes in the reports of an entry."""
        for received in applied.received():
            self.take(received)

    def take(self, received: ReceivedReport) -> None:
        """Takes in one revision."""
        revisions = self._received.setdefault((received.item.offender_id, received.item.offence_id), [])
        if not revisions or revisions[-1].item.revision < received.item.revision:
            revisions.append(received)

    def revision(self, offender_id: str, offence_id: str) -> int:
        """The highest that is known of an offence."""
        return self._received[offender_id, offence_id][-1].item.revision

    def of(self, people: Collection[str]) -> dict[str, list[list[ReceivedReport]]]:
        """The reports received about some people: of each offence the revisions that each were the highest."""
        found: dict[str, list[list[ReceivedReport]]] = {who: [] for who in people}
        for (who, _), revisions in self._received.items():
            if who in found:
                found[who].append(revisions)
        return found

    def timeline(self, policy: Policy) -> list[KnownRevision]:
        """Every offence as it is known, assessed under a policy, in the order in which they begin to hold."""
        assess = Assessor(policy)
        known = (known_of(revisions, policy, assess) for revisions in self._received.values())
        return sorted(known, key=lambda one: (one.holds_from, one.item.offset))


def known_of(revisions: list[ReceivedReport], policy: Policy, assess: Assessor) -> KnownRevision:
    """An offence as it is known, by the revisions that were received of it."""
    known: KnownRevision | None = None
    for received in revisions:
        item, assessed = assessed_under(received, policy, assess)
        holds_from = min(item.anchor_at, received.known_from)
        if known is not None and not item.weight.steps:
            # What counts nothing has no time of its own: it takes back what stood there before.
            holds_from = min(holds_from, known.holds_from)
        known = KnownRevision(item, holds_from, assessed)
    if known is None:
        raise BrokenInvariant("an offence without a single report")
    return known


def assessed_under(received: ReceivedReport, policy: Policy, assess: Assessor) -> tuple[Contribution, bool]:
    """What a report counts under a policy; False and nothing where that one cannot assess it."""
    item, assessed_then = received.item, received.policy
    if assessed_then is None or assessed_then.digest == policy.digest:
        return item, True
    report = received.report
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


def unassessed(timeline: list[KnownRevision], before: int) -> int:
    """How many offences that begin to hold before an instant (microseconds) the policy of a timeline cannot assess."""
    return sum(not known.assessed and known.holds_from < before for known in timeline)


def holding(timeline: list[KnownRevision], until: int) -> Iterator[KnownRevision]:
    """Those of a timeline that hold from an instant up to `until` (microseconds) on."""
    for known in timeline:
        if known.holds_from > until:
            return
        yield known
