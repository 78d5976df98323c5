"""What an explanation says of a single record, held against the record."""

from typing import Any

from models.instants import format_instant, parse_instant
from tests.audit.brute import World
from tests.audit.drawn import AppliedEntry

Claim = dict[str, Any]


def counts_as_it_says(one: Claim, world: World, who: str, told: AppliedEntry) -> bool:
    """Days, until when, and the factors of which they are made, cut to thousandths."""
    report = told.reports[one["source"]["offset"]]
    millidays, until, _ = world.counted(who)[one["offence_id"]]
    product = one["index_millidays"] * one["status_percent"] * one["recency_percent"] // 10_000
    is_made_so = one["millidays"] == millidays == product and parse_instant(one["until"]) == until
    is_this = world.known[who, one["offence_id"]] is report and one["code"] == report["code"]
    return is_made_so and is_this and one["reported_at"] == format_instant(report["reported_at"])


def does_not_count_as_it_says(one: Claim, world: World, who: str, told: AppliedEntry) -> bool:
    """The rule that is named is the first that keeps it from counting."""
    report, rule = told.reports[one["source"]["offset"]], one["rule"]
    if rule == "refused":
        return report["offender_id"] == who and not told.rules.knows(report)
    if rule == "superseded":
        winner = world.known[who, report["offence_id"]]
        return winner is not report and winner["revision"] >= report["revision"]
    return (
        world.known[who, one["offence_id"]] is report
        and one["offence_id"] not in world.counted(who)
        and rule == _why_not(report, world)
        and (rule != "expired" or format_instant(world.rules.steps(report)[-1][0]) in one["detail"])
    )


def _why_not(report: dict[str, Any], world: World) -> str:
    rules = world.rules
    if report["type"] == "offence.withdrawn":
        return "withdrawn"
    if report["victim_sex"] not in rules.victim_sex:
        return "scope"
    if not rules.index[report["code"]]:
        return "weight"
    return "expired" if rules.status[report["status"]] else "status"
