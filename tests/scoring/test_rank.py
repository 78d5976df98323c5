"""The order of the ranking: score, then latest anchor date, both falling, then the id's bytes."""

from hypothesis import given
from hypothesis import strategies as st

from models.contribution import Step
from models.instants import DAY
from tests.scoring.engines import START, a_report, a_withdrawal, an_engine, feed, ranked

HOUR = DAY // 24


def test_a_higher_score_ranks_first() -> None:
    engine = an_engine()
    feed(engine, a_report("a", 1), a_report("b", 2))
    assert ranked(engine) == ["b", "a"]


def test_of_equal_scores_the_later_anchor_date_ranks_first() -> None:
    engine = an_engine()
    feed(engine, a_report("a"), a_report("b", at=START + DAY))
    assert ranked(engine) == ["b", "a"]


def test_the_hour_of_the_anchor_does_not_matter() -> None:
    engine = an_engine()
    feed(engine, a_report("a"), a_report("b", at=START + 23 * HOUR))
    assert ranked(engine) == ["a", "b"]


def test_of_equal_dates_the_id_ranks_by_its_utf8_bytes() -> None:
    engine = an_engine()
    ids = ["a", "B", "aa", "é", "￿", "\U0001f600", "{a}", "nul\0"]
    feed(engine, *(a_report(who) for who in ids))
    assert ranked(engine) == sorted(ids, key=str.encode)


def test_only_counted_contributions_give_the_anchor_date() -> None:
    engine = an_engine()
    feed(engine, a_report("a"), a_report("b", 5), a_report("b", 5, "2", at=START + DAY))
    assert ranked(engine) == ["b", "a"]
    feed(engine, a_withdrawal("b", "2", at=START + DAY), a_report("b", 10, revision=2, at=START))
    assert ranked(engine) == ["a", "b"]


def test_who_has_no_score_has_no_rank() -> None:
    engine = an_engine()
    feed(engine, a_report("a", 0), a_report("b", 1))
    assert ranked(engine) == ["b"]
    assert engine.offender("a").rank is None
    assert engine.offender("nobody").rank is None


def test_scores_beyond_the_53_bits_of_the_key_rank_alike_and_are_shown_whole() -> None:
    engine = an_engine()
    huge = (Step(START + DAY, 2**36 - 1),)
    feed(engine, a_report("a", steps=huge), a_report("b", steps=huge), a_report("b", 1, "2", until=DAY))
    assert [(row.offender_id, row.score) for row in engine.board(9)] == [("a", 2**36 - 1), ("b", 2**36)]


@given(st.lists(st.tuples(st.text(min_size=1, max_size=3), st.integers(1, 3), st.integers(0, 2)), max_size=12))
def test_the_order_is_that_of_one_number_of_53_bits_and_the_bytes(people: list[tuple[str, int, int]]) -> None:
    engine = an_engine()
    wanted = {who.encode("utf-8", "ignore").decode() or "x": (score, day) for who, score, day in people}
    reports = [a_report(who, score, at=START + day * DAY) for who, (score, day) in wanted.items()]
    feed(engine, *reports)
    keys = sorted((-(i.steps[0].millidays * 131072 + i.anchor_day), i.offender_id.encode()) for i in reports)
    assert ranked(engine) == [who.decode() for _, who in keys]
