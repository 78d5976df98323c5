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

    It remembers the weight of each pair of code and status, of which a policy has a fixed number.
    """

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._anchored_on_report = policy.anchor is Anchor.REPORTED_AT
        self._weights: dict[tuple[str, str], Weight] = {}

    def __call__(self, report: Report, offset: int) -> Contribution:
        """The contribution of the report in the record at `offset`.

        Raises Refused (unknown_code, then unknown_status), before it looks at the scope; of a withdrawn
        report it looks neither of them up.
        """
        reported_at = report.reported_at
        anchor = reported_at if self._anchored_on_report else report.occurred_at
        return Contribution(
            offset=offset,
            event_id=report.event_id,
            kind=report.type.value,
            offender_id=report.offender_id,
            offence_id=report.offence_id,
            revision=report.revision,
            recorded_at=report.recorded_at,
            reported_at=reported_at,
            anchor_at=anchor,
            weight=self._weigh(report),
        )

    def in_scope(self, report: Report) -> bool:
        """Whether the policy's scope takes the report in; outside it a report counts 0."""
        policy = self._policy
        return report.victim_sex in policy.victim_sex and (not policy.codes or report.code in policy.codes)

    def _weigh(self, report: Report) -> Weight:
        code = report.code
        if report.type is ReportType.WITHDRAWN:
            return Weight(code, ())
        weight = self._weights.get((code, report.status))
        if weight is None:
            weight = self._weights[code, report.status] = Weight(code, self._look_up(code, report.status))
        return weight if self.in_scope(report) else Weight(code, ())

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
