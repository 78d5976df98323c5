"""What a report contributes under a policy: pure, no clock, no network."""

from models.contribution import Contribution, Step, Weight
from models.decode import Report
from models.errors import Reason, Refused
from models.instants import DAY
from models.policy import Anchor, Policy
from models.report import ReportType

PERCENT_OF_PERCENT = 10_000


class Assessor:
    """Turns reports into contributions under one policy.

    It remembers what reports of one kind count: a policy knows so many codes and statuses, and no more.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._anchored_on_report = policy.anchor is Anchor.REPORTED_AT
        self._weights: dict[tuple[str, str, str, str], Weight] = {}

    def __call__(self, report: Report, offset: int) -> Contribution:
        """The contribution of the report in the record at `offset`.

        Raises Refused (unknown_code, then unknown_status), before it looks at the scope; of a withdrawn
        report it looks neither of them up.
        """
        return Contribution(
            offset=offset,
            event_id=report.event_id,
            kind=report.type.value,
            offender_id=report.offender_id,
            offence_id=report.offence_id,
            revision=report.revision,
            recorded_at=report.recorded_at,
            reported_at=report.reported_at,
            anchor_at=self.anchor(report.occurred_at, report.reported_at),
            weight=self.weigh(report.code, report.status, report.type.value, report.victim_sex.value),
        )

    def anchor(self, occurred_at: int, reported_at: int) -> int:
        """Where the window of a report begins."""
        return reported_at if self._anchored_on_report else occurred_at

    def in_scope(self, report: Report) -> bool:
        """Whether the policy's scope takes the report in; outside it a report counts 0."""
        return self._in_scope(report.code, report.victim_sex)

    def weigh(self, code: str, status: str, kind: str, victim_sex: str) -> Weight:
        """What such a report counts; `kind` and `victim_sex` are the words of the contract. Raises Refused as above."""
        weight = self._weights.get((code, status, kind, victim_sex))
        if weight is not None:
            return weight
        if kind == ReportType.WITHDRAWN:
            return Weight(code, ())  # not remembered: a withdrawal may name any code
        steps = self._look_up(code, status)
        weight = Weight(code, steps if self._in_scope(code, victim_sex) else ())
        self._weights[code, status, kind, victim_sex] = weight
        return weight

    def _in_scope(self, code: str, victim_sex: str) -> bool:
        policy = self._policy
        return victim_sex in policy.victim_sex and (not policy.codes or code in policy.codes)

    def _look_up(self, code: str, status: str) -> tuple[Step, ...]:
        millidays = self._policy.index.get(code)
        if millidays is None:
            raise Refused(Reason.UNKNOWN_CODE, f"code {code!r} is not in the index of policy {self._policy.id}")
        percent = self._policy.status.get(status)
        if percent is None:
            raise Refused(
                Reason.UNKNOWN_STATUS,
                f"status {status[:128]!r} is not in the table of policy {self._policy.id}",
            )
        steps = (
            Step(until_days * DAY, millidays * percent * recency // PERCENT_OF_PERCENT)
            for until_days, recency in self._policy.recency
        )
        return tuple(step for step in steps if step.millidays > 0)
