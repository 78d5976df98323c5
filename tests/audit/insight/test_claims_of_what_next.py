"""Every sentence of a forecast and of a comparison of policies is one claim, and every claim is true."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audit.backtest.backtest import try_policies
from audit.history.history_replay import HistoryReplay
from cli.insight import forecast
from cli.policy import compared
from cli.policy.comparison import comparison_document
from cli.policy.groups import read_groups
from models.clock import ClockMode
from models.errors import WrongUse
from models.instants import format_instant, parse_instant
from tests.audit.brute import DAY, Rules, World, path, stays
from tests.audit.drawn import HOUR, AppliedEntry, histories, policy_of, rules

Claim = dict[str, Any]


@given(told=histories(clocks=tuple(ClockMode)), data=st.data())
def test_every_claim_of_a_forecast_is_true(told: AppliedEntry, data: st.DataObject) -> None:
    who = data.draw(st.sampled_from(sorted({one["offender_id"] for one in told.reports})))
    engine = HistoryReplay(told.written.open_reader).as_of(None)
    assume(engine.offender(who).contributions)
    document = forecast.forecast_document("b", who, engine)
    first, *points = document.claims
    assert (first["claim"], first["offender_id"], first["board"]) == ("forecast", who, "b")
    if points[-1]["claim"] == "nothing_changes":
        assert path(told.world(), who)[1:] == []
        assert told.world().standing(who) == (None, 0)
        points.pop()
    found = [(one["as_of"], one["score_millidays"], one["rank"], one["in_band"]) for one in points]
    expected = path(told.world(), who)
    assert found == [(format_instant(at), score, rank, inside) for at, score, rank, inside in expected]
    moved = [inside for *_, inside in expected]
    names = [one["claim"] for one in points]
    for name, before, after in zip(names[1:], moved, moved[1:], strict=False):
        assert name == ("changes" if before == after else "enters" if after else "leaves")
    lines = forecast.render_forecast(document).splitlines()
    assert lines == [forecast.SENTENCES[one["claim"]](one) for one in document.claims]


class Compared:
    """Two policies on one history, by brute force, from a moment to another."""

    def __init__(
        self, told: AppliedEntry, sides: dict[str, Rules], start: int, end: int, groups: dict[str, str]
    ) -> None:
        self.told, self.sides, self.start, self.end, self.groups = told, sides, start, end, groups
        self.worlds = {side: self._world(one) for side, one in sides.items()}
        self.people = {move.who for world in self.worlds.values() for move in world.moves}

    def _world(self, one: Rules) -> World:
        world = World(one)
        for report in self.told.reports:
            if report["recorded_at"] <= self.end:
                world.tell(report, report["recorded_at"])
        world.pass_time(self.end)
        return world

    def stayed(self, side: str, who: str) -> int:
        found = stays(self.worlds[side].moves, who, self.end)
        return sum(max(0, min(until, self.end) - max(since, self.start)) for since, until in found)

    def gained(self, who: str) -> int:
        return self.stayed("b", who) - self.stayed("a", who)

    def movers(self) -> list[str]:
        a, b = (self.worlds[side].members for side in "ab")
        moved = [who for who in self.people if self.gained(who) or (who in a) != (who in b)]
        return sorted(moved, key=lambda who: (-abs(self.gained(who)), who.encode()))

    def moves(self, side: str) -> Counter[int]:
        return Counter(move.at // DAY for move in self.worlds[side].moves if self.start <= move.at <= self.end)

    def refused(self, side: str) -> int:
        return sum(
            not self.sides[side].knows(one) and self.start <= one["recorded_at"] <= self.end
            for one in self.told.reports
        )


def days(micros: int) -> float:
    return round(micros / DAY, 3)


def alerts(one: Claim, by: Compared) -> bool:
    moves, capacity = by.moves(one["side"]), one["capacity"]
    most = max(moves.values(), default=0)
    busiest = one["busiest_day"]
    return (
        one["alerts"] == moves.total()
        and one["alerts_per_day"] == round(moves.total() * DAY / (by.end - by.start), 2)
        and (busiest is None) == (most == 0)
        and (busiest is None or moves[parse_instant(f"{busiest['day']}T00:00:00Z") // DAY] == busiest["alerts"] == most)
        and one["days_over_capacity"] == sum(count > capacity for count in moves.values())
        and one["refused"] == by.refused(one["side"])
    )


def group(one: Claim, by: Compared) -> bool:
    for side in "ab":
        mine = {who for who in by.people if by.groups.get(who, "(not in the table)") == one["group"]}
        everybody, ours = (sum(by.stayed(side, who) for who in people) for people in (by.people, mine))
        percent = round(100 * ours / everybody, 2) if everybody else 0.0
        at_end = len(mine & by.worlds[side].members.keys())
        if (one[side]["percent_of_days"], one[side]["at_end"]) != (percent, at_end):
            return False
    in_table = sum(name == one["group"] for name in by.groups.values())
    return bool(one["ever_in_band"] == len(mine) and one["people"] == (in_table or None))


def mover(one: Claim, by: Compared) -> bool:
    who = one["offender_id"]
    standings = {side: (one[side]["rank"], one[side]["score_millidays"]) for side in "ab"}
    return (
        who in by.movers()
        and one["days_gained"] == days(by.gained(who))
        and standings == {side: by.worlds[side].standing(who) for side in "ab"}
        and crimes(one, by)
    )


def crimes(one: Claim, by: Compared) -> bool:
    """The heaviest of those that count at the end, and what each counts under both policies."""
    a, b = (by.worlds[side].counted(one["offender_id"]) for side in "ab")
    nothing = (0, 0, 0)
    found = {crime: (a.get(crime, nothing)[0], b.get(crime, nothing)[0]) for crime in a.keys() | b.keys()}
    most = sorted(found, key=lambda crime: (-max(found[crime]), crime))[: len(one["crimes"])]
    told = [(each["offence_id"], (each["a_millidays"], each["b_millidays"])) for each in one["crimes"]]
    is_all = one["crimes_total"] == len(found) and len(told) == min(3, len(found))
    return bool(is_all and told == [(crime, found[crime]) for crime in most])


def at_the_end(by: Compared, side: str, other: str) -> list[str]:
    here, there = by.worlds[side].members, by.worlds[other].members
    return [who for who in by.movers() if who in here and who not in there]


CHECKS: dict[str, Callable[[Claim, Compared], bool]] = {
    "compared": lambda one, by: [parse_instant(one[name]) for name in ("from", "to")] == [by.start, by.end],
    "would_enter": lambda one, by: one["people"] == at_the_end(by, "b", "a"),
    "would_leave": lambda one, by: one["people"] == at_the_end(by, "a", "b"),
    "days_in_band": lambda one, by: (
        one["gained"] == days(sum(max(0, by.gained(who)) for who in by.people))
        and one["lost"] == days(sum(max(0, -by.gained(who)) for who in by.people))
        and one["people"] == len(by.movers())
    ),
    "alerts": alerts,
    "group": group,
    "mover": mover,
    "more_movers": lambda one, by: one["people"] == len(by.movers()) - compared.SHOWN,
}


def test_every_sentence_of_a_comparison_has_its_check() -> None:
    assert compared.SENTENCES.keys() == CHECKS.keys()


@given(told=histories(), a=rules(), b=rules(more=True), data=st.data())
def test_every_claim_of_a_comparison_is_true(told: AppliedEntry, a: Rules, b: Rules, data: st.DataObject) -> None:
    """Measured from and to moments that nobody chose, in mid-day, and right at those at which something was told."""
    first = min((one["recorded_at"] for one in told.reports if a.knows(one) or b.knows(one)), default=None)
    assume(first is not None and first < told.now)
    assert first is not None
    moments = {one["recorded_at"] + shift for one in told.reports for shift in (-1, 0, 1, 5 * HOUR)}
    within = sorted({first, told.now} | {at for at in moments if first <= at <= told.now})
    start, end = sorted(data.draw(st.lists(st.sampled_from(within), min_size=2, max_size=2, unique=True)))
    assume(any(one["recorded_at"] <= end and (a.knows(one) or b.knows(one)) for one in told.reports))
    groups = {"p0": "x", "p1": "y"}
    backtests = try_policies(told.written.open_reader, [policy_of(a), policy_of(b, "2")], start, end)
    document = comparison_document(backtests, groups, 1)
    by = Compared(told, {"a": a, "b": b}, start, end, groups)
    for one in document.claims:
        assert CHECKS[one["claim"]](one, by), one
    lines = compared.render_comparison(document).splitlines()
    assert lines == [compared.SENTENCES[one["claim"]](one) for one in document.claims]
    assert [one.offender_id for one in document.movers] == by.movers()


@pytest.mark.parametrize(
    ("rows", "says"),
    [
        ("p1,x\n p1 ,y\n", "line 3: 'p1' is in two groups, 'x' and 'y'"),
        ("p1,x\n,y\n", "line 3: offender_id is empty"),
    ],
)
def test_a_person_has_one_group(tmp_path: Path, rows: str, says: str) -> None:
    table = tmp_path / "groups.csv"
    table.write_text(f"offender_id,group\n{rows}")
    with pytest.raises(WrongUse, match=says):
        read_groups(table)
    table.write_text('offender_id,group\n p1 , x\np1,x \n"p2\t",\n')
    assert read_groups(table) == {"p1": "x", "p2": "(none)"}
