"""The records about one offender, and by which rule each of them counts at some instant, or does not."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum

from audit.history.history_replay import AppliedEntry
from models.board import ContributionRow
from models.contribution import Contribution, Millidays, Refusal
from models.decode import Report, decode_record
from models.instants import format_instant
from models.policy import Policy
from models.report import ReportType
from scoring.assess import Assessor


class Rule(StrEnum):
    """Why a record counts or not; but for the first it does not, and the first that holds is the one given."""

    COUNTED = "counted"
    REFUSED = "refused"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    SCOPE = "scope"
    WEIGHT = "weight"
    STATUS = "status"
    EXPIRED = "expired"


_NOTHING = Millidays(0)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a record lies on offences.v1, and at which as_of the board received it (microseconds)."""

    partition: int
    offset: int
    known_from: int


@dataclass(frozen=True, slots=True)
class Item:
    """One good report about the offender."""

    source: Source
    report: Report
    contribution: Contribution


@dataclass(frozen=True, slots=True)
class RefusedItem:
    """One record under the offender's key that was refused."""

    source: Source
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """A report and the rule that decides about it; `detail` says why it does not count.

    `until` ends the step, and what has expired.
    """

    item: Item
    rule: Rule
    detail: str = ""
    millidays: Millidays = _NOTHING
    until: int | None = None


class Evidence:
    """An observer: keeps every record about one offender, in the order in which the board received them."""

    def __init__(self, offender_id: str) -> None:
        self.items: list[Item] = []
        self.refused: list[RefusedItem] = []
        self._offender_id = offender_id
        self._key = offender_id.encode()

    def __call__(self, applied: AppliedEntry) -> None:
        """Looks through a run."""
        run = applied.run
        ours = {record.offset: record for record in applied.records if record.key == self._key}
        if run is None or not ours:
            return
        for item, known_from in applied.contributions():
            if item.offender_id == self._offender_id:
                source = Source(run.partition, item.offset, known_from)
                self.items.append(Item(source, decode_record(ours[item.offset]), item))
        for refusal in run.refusals:
            if refusal.offset in ours and refusal.offset < run.end:
                self.refused.append(RefusedItem(Source(run.partition, refusal.offset, applied.after), refusal))

    def judged(self, policy: Policy, rows: Iterable[ContributionRow]) -> list[RuleOutcome]:
        """Every good report with the rule that decides about it; `rows` are the offender's on the board."""
        by_offence = {row.offence_id: row for row in rows}
        highest: dict[str, Item] = {}
        for item in self.items:
            offence_id = item.report.offence_id
            if item.report.revision > highest.setdefault(offence_id, item).report.revision:
                highest[offence_id] = item
        assess = Assessor(policy)
        judged = []
        for item in self.items:
            offence_id = item.report.offence_id
            winner = highest[offence_id]
            if winner is item:
                judged.append(_weighed(_under(assess, item), policy, by_offence[offence_id]))
            else:
                judged.append(RuleOutcome(item, Rule.SUPERSEDED, _superseded(item, winner)))
        return judged


def _under(assess: Assessor, item: Item) -> Item:
    """The board may have received it under another policy than the one in force."""
    return replace(item, contribution=assess(item.report, item.source.offset))


def _weighed(item: Item, policy: Policy, row: ContributionRow) -> RuleOutcome:
    why = _out_of_scope(item.report, policy) or _weightless(item, policy)
    if why is not None:
        return RuleOutcome(item, *why)
    if row.until is None:
        ended_at = item.contribution.steps[-1].until
        detail = f"the time for which it counts ended at {format_instant(ended_at)}"
        return RuleOutcome(item, Rule.EXPIRED, detail, until=ended_at)
    return RuleOutcome(item, Rule.COUNTED, "", Millidays(row.millidays), row.until)


def _out_of_scope(report: Report, policy: Policy) -> tuple[Rule, str] | None:
    if report.type is ReportType.WITHDRAWN:
        return Rule.WITHDRAWN, "it was withdrawn"
    if report.victim_sex not in policy.victim_sex:
        taken = " or ".join(sorted(policy.victim_sex))
        return Rule.SCOPE, f"the victim's sex is {report.victim_sex}, the policy takes in {taken}"
    if policy.codes and report.code not in policy.codes:
        return Rule.SCOPE, f"code {report.code!r} is not among the codes that the policy takes in"
    return None


def _weightless(item: Item, policy: Policy) -> tuple[Rule, str] | None:
    report = item.report
    if policy.index[report.code] == 0:
        return Rule.WEIGHT, f"code {report.code!r} counts 0 days in the index"
    if policy.status[report.status] == 0:
        return Rule.STATUS, f"status {report.status} counts 0 % under the policy"
    if not item.contribution.steps:
        return Rule.WEIGHT, "its weight comes to 0 days under the policy"
    return None


def _superseded(item: Item, winner: Item) -> str:
    if item.report.revision == winner.report.revision:
        return f"revision {winner.report.revision} of it was known already"
    return f"revision {winner.report.revision} of it stands in the place of revision {item.report.revision}"
