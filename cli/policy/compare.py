"""`harmwatch policy compare`: what a policy would change, tried on the recorded history."""

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from audit.backtest.backtest import Backtest, Backtests, try_policies
from audit.backtest.movers import Mover, Share, Side, movers, shares
from cli.instant_option import instant_option
from cli.output import json_option, show
from cli.paths import FILE
from cli.policy.compared import comparison_claims, render_comparison
from cli.policy.comparison_document import (
    AlertsOfDay,
    BusiestDay,
    ComparedPolicy,
    ComparisonDocument,
    ComparisonFigures,
    GroupDocument,
    GroupSide,
    MoverDocument,
    SideDocument,
)
from cli.policy.comparison_page import write_page
from cli.policy.policies import OwnedPolicy
from cli.topics import open_topics
from models.errors import WrongUse
from models.instants import DAY, format_instant
from models.topics import JOURNAL, OFFENCES
from policies.policy_file import load_policy
from runtime.settings import Settings, load_settings

DOCUMENT = ComparisonDocument


@click.command()
@click.argument("a", type=FILE)
@click.argument("b", type=FILE)
@click.option("--from", "start", help="Measure from this instant or date; what came before is still applied.")
@click.option("--to", "end", help="Measure up to this instant or the end of this date.")
@click.option("--groups", type=FILE, help="CSV with offender_id and group: the share of the band by group.")
@click.option("--capacity", type=click.IntRange(0), help="How many alerts a day the desk can work off.")
@click.option("--html", type=FILE, help="Write the report as one page that opens offline.")
@json_option
def command(html: Path | None, as_json: bool, **options: Any) -> None:  # Any: the fields of a Request
    """Tries two policies on the recorded history, and says who would move."""
    document = comparison(load_settings(), Request(**options))
    if html is not None:
        write_page(html, document)
    show(document, as_json, render_comparison)


@dataclass(frozen=True, slots=True)
class Request:
    """What is compared: two policy files, the window, a table of groups, the alerts a desk can take a day."""

    a: Path
    b: Path
    start: str | None = None
    end: str | None = None
    groups: Path | None = None
    capacity: int | None = None


def comparison(settings: Settings, request: Request) -> ComparisonDocument:
    """The mover report. Raises WrongUse, Unproved, PreconditionFailed, Unavailable."""
    policies = [load_policy(request.a), load_policy(request.b)]
    groups = None if request.groups is None else read_groups(request.groups)
    start, end = (
        None if text is None else instant_option(name, text, ends_day=name == "--to")
        for name, text in (("--from", request.start), ("--to", request.end))
    )
    if start is not None and end is not None and end <= start:
        raise WrongUse("--to must lie after --from")
    backtests = try_policies(open_topics(settings, OFFENCES, JOURNAL), policies, start, end)
    return comparison_document(backtests, groups, request.capacity)


def comparison_document(
    backtests: Backtests, groups: dict[str, str] | None, capacity: int | None
) -> ComparisonDocument:
    """The document of the mover report."""
    found = movers(backtests)
    days = range(backtests.start // DAY, backtests.end // DAY + 1)
    a, b = backtests.backtests
    alerts = [backtests.alerts_by_day(backtest) for backtest in (a, b)]
    figures = ComparisonFigures(
        board=backtests.board,
        start=format_instant(backtests.start),
        end=format_instant(backtests.end),
        capacity=capacity,
        a=_policy(backtests, a, capacity),
        b=_policy(backtests, b, capacity),
        would_enter=tuple(one.offender_id for one in found if one.b.in_band and not one.a.in_band),
        would_leave=tuple(one.offender_id for one in found if one.a.in_band and not one.b.in_band),
        days_gained=_days(sum(max(0, one.gained_us) for one in found)),
        days_lost=_days(-sum(min(0, one.gained_us) for one in found)),
        movers=tuple(map(_mover, found)),
        alerts_per_day=tuple(AlertsOfDay(day=_day(day), a=alerts[0][day], b=alerts[1][day]) for day in days),
        groups=None if groups is None else tuple(_group(one, backtests) for one in shares(backtests, groups)),
    )
    return ComparisonDocument(**dict(figures), claims=tuple(comparison_claims(figures)))


def read_groups(path: Path) -> dict[str, str]:
    """Offender to group, from a CSV with the columns offender_id and group. Raises WrongUse."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = csv.DictReader(file, strict=True)
            if not {"offender_id", "group"} <= set(rows.fieldnames or ()):
                raise WrongUse(f"{path} must have the columns offender_id and group")
            return _one_group_each(path, rows)
    except OSError as error:
        raise WrongUse(f"{path} cannot be read: {error.strerror}") from error
    except (csv.Error, UnicodeDecodeError) as error:
        raise WrongUse(f"{path} is not CSV in UTF-8: {error}") from error


def _one_group_each(path: Path, rows: "csv.DictReader[str]") -> dict[str, str]:
    groups: dict[str, str] = {}
    for row in rows:
        who, group = (row["offender_id"] or "").strip(), (row["group"] or "").strip() or "(none)"
        where = f"{path} line {rows.line_num}"
        if not who:
            raise WrongUse(f"{where}: offender_id is empty")
        if groups.setdefault(who, group) != group:
            raise WrongUse(f"{where}: {who!r} is in two groups, {groups[who]!r} and {group!r}: a person has one")
    return groups


def _policy(backtests: Backtests, backtest: Backtest, capacity: int | None) -> ComparedPolicy:
    counts = backtests.alerts_by_day(backtest)
    busiest = min(counts, key=lambda day: (-counts[day], day), default=None)
    return ComparedPolicy(
        **dict(OwnedPolicy.of(backtest.policy)),
        alerts=sum(counts.values()),
        alerts_per_day=round(sum(counts.values()) * DAY / (backtests.end - backtests.start), 2),
        busiest_day=None if busiest is None else BusiestDay(day=_day(busiest), alerts=counts[busiest]),
        days_over_capacity=None if capacity is None else sum(count > capacity for count in counts.values()),
        refused=backtests.refused(backtest),
    )


def _mover(one: Mover) -> MoverDocument:
    return MoverDocument(offender_id=one.offender_id, a=_side(one.a), b=_side(one.b), days_gained=_days(one.gained_us))


def _side(side: Side) -> SideDocument:
    return SideDocument(
        rank=side.standing.rank,
        score_millidays=side.standing.score,
        in_band=side.in_band,
        days_in_band=_days(side.in_band_us),
    )


def _group(one: Share, backtests: Backtests) -> GroupDocument:
    a, b = (
        _group_side(backtest, backtests, people, time)
        for backtest, people, time in zip(backtests.backtests, one.at_end, one.in_band_us, strict=True)
    )
    return GroupDocument(group=one.group, a=a, b=b)


def _group_side(backtest: Backtest, backtests: Backtests, people: int, time_us: int) -> GroupSide:
    stays = backtest.stays
    total = sum(stays.microseconds(who, backtests.start, backtests.end) for who in stays.offenders())
    percent = round(100 * time_us / total, 2) if total else 0.0
    return GroupSide(at_end=people, days_in_band=_days(time_us), percent_of_days=percent)


def _days(micros: int) -> float:
    return round(micros / DAY, 3)


def _day(number: int) -> str:
    """A day by its number since 1970."""
    return format_instant(number * DAY)[:10]
