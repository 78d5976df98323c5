"""What comes of two policies on one history, as a document."""

from collections.abc import Mapping

from audit.backtest.backtest import Backtest, Backtests
from audit.backtest.movers import NO_GROUP, Mover, Share, Side, movers, shares
from audit.backtest.policy_difference import differing_codes, differing_keys
from cli.policy.compared import comparison_claims
from cli.policy.comparison_document import (
    AlertsOfDay,
    BusiestDay,
    ComparedPolicy,
    ComparisonDocument,
    ComparisonFigures,
    DifferencesDocument,
    GroupDocument,
    GroupSide,
    MoverCrime,
    MoverDocument,
    SideDocument,
)
from cli.policy.diff import ChangedKey
from cli.policy.policies import OwnedPolicy
from models.instants import DAY, format_instant
from policies.index_titles import Title

CRIMES_SHOWN = 3
NO_TITLES: Mapping[str, Title] = {}


def comparison_document(
    backtests: Backtests, groups: dict[str, str] | None, capacity: int | None, titles: Mapping[str, Title] = NO_TITLES
) -> ComparisonDocument:
    """The document of the mover report; a group table and titles where they are at hand."""
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
        differences=DifferencesDocument(
            keys=tuple(ChangedKey(name=one.name, a=one.a, b=one.b) for one in differing_keys(a.policy, b.policy)),
            codes=len(differing_codes(a.policy, b.policy)),
        ),
        would_enter=tuple(one.offender_id for one in found if one.b.in_band and not one.a.in_band),
        would_leave=tuple(one.offender_id for one in found if one.a.in_band and not one.b.in_band),
        days_gained=_days(sum(max(0, one.gained_us) for one in found)),
        days_lost=_days(-sum(min(0, one.gained_us) for one in found)),
        movers=tuple(_mover(one, backtests, titles) for one in found),
        alerts_per_day=tuple(AlertsOfDay(day=_day(day), a=alerts[0][day], b=alerts[1][day]) for day in days),
        groups=None if groups is None else tuple(_group(one, backtests, groups) for one in shares(backtests, groups)),
    )
    return ComparisonDocument(**dict(figures), claims=tuple(comparison_claims(figures)))


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


def _mover(one: Mover, backtests: Backtests, titles: Mapping[str, Title]) -> MoverDocument:
    crimes = _crimes(one.offender_id, backtests, titles)
    return MoverDocument(
        offender_id=one.offender_id,
        a=_side(one.a),
        b=_side(one.b),
        days_gained=_days(one.gained_us),
        crimes=tuple(crimes[:CRIMES_SHOWN]),
        crimes_total=len(crimes),
    )


def _crimes(offender_id: str, backtests: Backtests, titles: Mapping[str, Title]) -> list[MoverCrime]:
    """Those that count at the end under one of the policies, the heaviest first."""
    a, b = (
        {row.offence_id: row for row in backtest.engine.offender(offender_id).contributions if row.counted}
        for backtest in backtests.backtests
    )
    crimes = []
    for offence_id in a.keys() | b.keys():
        code = (a.get(offence_id) or b[offence_id]).code
        title = titles[code].text if code in titles else ""
        counts = (row.millidays if (row := side.get(offence_id)) else 0 for side in (a, b))
        crimes.append(MoverCrime(offence_id=offence_id, code=code, title=title or None, **_each(*counts)))
    return sorted(crimes, key=lambda crime: (-max(crime.a_millidays, crime.b_millidays), crime.offence_id.encode()))


def _each(a: int, b: int) -> dict[str, int]:
    return {"a_millidays": a, "b_millidays": b}


def _side(side: Side) -> SideDocument:
    return SideDocument(
        rank=side.standing.rank,
        score_millidays=side.standing.score,
        in_band=side.in_band,
        days_in_band=_days(side.in_band_us),
    )


def _group(one: Share, backtests: Backtests, groups: dict[str, str]) -> GroupDocument:
    a, b = (
        _group_side(backtest, backtests, people, time)
        for backtest, people, time in zip(backtests.backtests, one.at_end, one.in_band_us, strict=True)
    )
    people = None if one.group == NO_GROUP else sum(group == one.group for group in groups.values())
    ever = {who for backtest in backtests.backtests for who in backtest.stays.offenders()}
    in_band = sum(groups.get(who, NO_GROUP) == one.group for who in ever)
    return GroupDocument(group=one.group, people=people, ever_in_band=in_band, a=a, b=b)


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
