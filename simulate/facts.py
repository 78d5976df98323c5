"""The moments of a simulated year, counted from its lines: what the published facts are held against."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

TOP = 100
LIGHT_DAYS = 11
_MILLIDAYS = 1_000


@dataclass(frozen=True, slots=True)
class Facts:
    """Counts of a year; days are those of the harm index, months from offence to first report."""

    records: int
    crimes: int
    suspects: int
    light_share: float
    top_days: float
    top_crimes: float
    same_month_share: float
    over_five_years_share: float
    code_shares: Mapping[str, float]


def facts_of(lines: Iterable[bytes], index: Mapping[str, int]) -> Facts:
    """Scores everybody by the highest revision of each of their crimes, as the service does within a year."""
    known: dict[tuple[str, str], dict[str, str]] = {}
    crimes: dict[str, tuple[str, int]] = {}
    records = 0
    for line in lines:
        report = json.loads(line)
        records += 1
        crimes.setdefault(report["offence_id"], (report["code"], _months(report)))
        before = known.setdefault((report["offender_id"], report["offence_id"]), report)
        if report["revision"] > before["revision"]:
            known[report["offender_id"], report["offence_id"]] = report
    scores, counts = defaultdict[str, int](int), Counter[str]()
    for (who, _), report in known.items():
        counted = report["type"] != "offence.withdrawn"
        scores[who] += index[report["code"]] if counted else 0
        counts[who] += counted
    top = sorted(scores, key=lambda who: (-scores[who], who))[:TOP]
    lags = [lag for _, lag in crimes.values()]
    return Facts(
        records=records,
        crimes=len(crimes),
        suspects=len(scores),
        light_share=sum(score <= LIGHT_DAYS * _MILLIDAYS for score in scores.values()) / len(scores),
        top_days=sum(scores[who] for who in top) / _MILLIDAYS / len(top),
        top_crimes=sum(counts[who] for who in top) / len(top),
        same_month_share=sum(lag == 0 for lag in lags) / len(lags),
        over_five_years_share=sum(lag > 60 for lag in lags) / len(lags),
        code_shares={code: n / len(crimes) for code, n in Counter(code for code, _ in crimes.values()).items()},
    )


def _months(report: Mapping[str, str]) -> int:
    (first_year, first_month), (year, month) = (
        (int(report[name][:4]), int(report[name][5:7])) for name in ("occurred_at", "reported_at")
    )
    return 12 * (year - first_year) + month - first_month


def render_facts(facts: Facts) -> str:
    """A few lines for a person."""
    return "\n".join([
        f"{facts.records:,} records of {facts.crimes:,} crimes, {facts.suspects:,} suspects named",
        f"{facts.light_share:.1%} of the suspects score {LIGHT_DAYS} days or less",
        f"the top {TOP} average {facts.top_crimes:.2f} crimes and {facts.top_days:,.0f} days",
        f"{facts.same_month_share:.1%} reported in the month of the offence, "
        f"{facts.over_five_years_share:.1%} more than five years later",
    ])  # fmt: skip
