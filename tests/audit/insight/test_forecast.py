"""The forecast is what the board will show if nothing more is reported."""

import random
from itertools import pairwise

import pytest
from hypothesis import given, settings

from audit.history.forecast import Point, forecast
from audit.history.turns import turns
from models.clock import ClockMode
from models.contribution import Contribution, Run, Step, Weight
from models.instants import DAY, parse_instant
from models.record import Record
from scoring.assess import Assessor
from scoring.engine import Engine
from scoring.run import assess_run
from tests.audit.drawn import AppliedEntry, histories, policy_of
from tests.audit.one_instant import Drawn

START = parse_instant("2024-03-01T00:00:00Z")
SIZE = 3


def some_contributions(seed: int) -> list[Contribution]:
    """Ten people, with offences of one or two steps that end at whole days, often together."""
    chance = random.Random(seed)
    found = []
    for number in range(40):
        first = chance.randrange(1, 30)
        steps = (Step(first * DAY, chance.choice([10, 20, 20])), Step((first + 5) * DAY, chance.choice([5, 10])))
        weight = Weight("A", steps[: chance.choice([1, 2])])
        who = f"p{chance.randrange(10)}"
        found.append(
            Contribution(number, f"e{number}", "offence.reported", who, f"o{number}", 1, START, START, START, weight)
        )
    return found


def standing(items: list[Contribution], who: str, instant: int) -> tuple[int, int | None]:
    """Score and rank by brute force."""
    scores: dict[str, int] = {}
    for item in items:
        now = next((step.millidays for step in item.steps if step.until > instant), 0)
        scores[item.offender_id] = scores.get(item.offender_id, 0) + now
    ranked = sorted((one for one in scores if scores[one]), key=lambda one: (-scores[one], one.encode()))
    return scores.get(who, 0), ranked.index(who) + 1 if who in ranked else None


def path_of(items: list[Contribution], who: str) -> list[Point]:
    engine = Engine(SIZE, SIZE, ClockMode.WALL)
    engine.apply(Run(0, 0, len(items), "", tuple(items), ()), START)
    return list(forecast(engine, who))


@pytest.mark.parametrize("seed", range(12))
def test_between_its_points_the_path_is_the_brute_force_one(seed: int) -> None:
    items = some_contributions(seed)
    for who in ("p0", "p4", "p7"):
        path = path_of(items, who)
        for day in range(40):
            instant = START + day * DAY
            point = next(point for point in reversed(path) if point.as_of <= instant)
            score, rank = standing(items, who, instant)
            assert (point.score, point.rank) == (score, rank)
            assert point.in_band == (rank is not None and rank <= SIZE)
        assert path[-1].score == 0
        assert len(path) == len({point.as_of for point in path})


def test_someone_of_whom_nothing_counts_has_no_future() -> None:
    assert [(point.score, point.rank) for point in path_of(some_contributions(1), "nobody")] == [(0, None)]


def test_what_ends_at_one_instant_is_one_point_however_much_it_is() -> None:
    many = 1_500
    weights = Weight("A", (Step(2 * DAY, 5),)), Weight("A", (Step(DAY, 10),))
    items = [
        Contribution(n, f"e{n}", "offence.reported", f"p{n}", "o", 1, START, START, START, weights[n > 0])
        for n in range(many)
    ]
    path = path_of(items, "p0")
    assert [(point.as_of - START, point.score, point.rank) for point in path] == [
        (0, 5, many), (DAY, 5, 1), (2 * DAY, 0, None),
    ]  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(histories(clocks=(ClockMode.WALL, ClockMode.EVENT)))
def test_where_it_turns_is_where_the_forecast_changes_its_score_or_membership(drawn: AppliedEntry) -> None:
    for number in range(5):
        who = f"p{number}"
        whole, turned = list(forecast(_now(drawn), who)), list(turns(_now(drawn), who))
        changes = [(point, before) for before, point in pairwise(whole) if _stood(point) != _stood(before)]
        assert [(point.as_of, *_stood(point)) for point in turned] == [
            (point.as_of, *_stood(point)) for point in (whole[0], *(point for point, _ in changes))
        ]
        # Where others alone moved the person, they stood there with the move, and maybe higher at the instant's end.
        assert [point.rank for point in turned[1:]] == [
            drawn.rules.size if point.score == before.score else point.rank for point, before in changes
        ]
        assert turned[0] == whole[0]


@pytest.mark.parametrize("exit_rank", [SIZE, SIZE + 1, SIZE + 3])
@pytest.mark.parametrize("seed", range(12))
def test_it_turns_as_forecast_also_where_people_stay_beyond_the_cut(seed: int, exit_rank: int) -> None:
    items = some_contributions(seed)
    for who in (f"p{number}" for number in range(10)):
        engines = [Engine(SIZE, exit_rank, ClockMode.WALL) for _ in range(2)]
        for engine in engines:
            engine.apply(Run(0, 0, len(items), "", tuple(items), ()), START)
        whole, turned = list(forecast(engines[0], who)), list(turns(engines[1], who))
        stood = [(point.as_of, *_stood(point)) for point in whole]
        assert [(point.as_of, *_stood(point)) for point in turned] == [
            one for place, one in enumerate(stood) if not place or one[1:] != stood[place - 1][1:]
        ]


def _stood(point: Point) -> tuple[int, bool]:
    return point.score, point.in_band


def _now(drawn: AppliedEntry) -> Engine:
    """Its own each time, since a forecast uses it up; it goes on by the wall, as no record moves it."""
    engine = Engine(drawn.rules.size, drawn.rules.exit_rank, ClockMode.WALL)
    assess = Assessor(policy_of(drawn.rules))
    for number, one in enumerate(each for each in drawn.reports if drawn.rules.knows(each)):
        record = Record(number, one["recorded_at"] // 1_000, one["offender_id"].encode(), Drawn(one).value(number))
        engine.apply(assess_run(0, number, number + 1, [record], assess), one["recorded_at"])
    return engine
