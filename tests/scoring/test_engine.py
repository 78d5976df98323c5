"""The reference engine by example: each test is one law of the board."""

from models.answers import Ahead, Rewind
from models.board import BoardRow
from models.contribution import Run
from models.instants import DAY
from models.journal.transition import BandEntry, Cause, CauseKind, Move, Standing
from tests.scoring.engines import (
    START,
    a_report,
    a_withdrawal,
    an_engine,
    feed,
    moves,
    tick,
)


def test_the_board_shows_rank_score_and_since() -> None:
    engine = an_engine(size=1, exit_rank=1)
    feed(engine, a_report("a", 10), a_report("b", 5))
    assert engine.board(2) == [BoardRow(1, "a", 10, True, START), BoardRow(2, "b", 5, False, None)]


def test_a_displacement_names_both_people() -> None:
    engine = an_engine()
    feed(engine, a_report("a", 10), a_report("b", 20))
    left, entered = feed(engine, a_report("c", 15))
    assert (left.move, left.offender_id, left.counterpart) == (Move.LEFT, "a", "c")
    assert (entered.move, entered.offender_id, entered.counterpart) == (Move.ENTERED, "c", "a")
    assert left.cause == Cause(CauseKind.DISPLACEMENT, "c/1/1", "1", "c")
    assert entered.cause == Cause(CauseKind.OFFENCE, "c/1/1", "1", "c")
    assert (left.sequence, entered.sequence) == (3, 4)
    assert left.entered == BandEntry(1, START)
    assert (left.previous, left.rank) == (Standing(2, 10), 3)
    assert (entered.previous, entered.rank) == (Standing(None, 0), 2)
    assert left.cut == entered.cut == 15
    assert left.offset == entered.offset == 2


def test_a_withdrawal_lets_the_next_one_in() -> None:
    engine = an_engine()
    feed(engine, a_report("a", 10), a_report("b", 20), a_report("c", 5))
    left, entered = feed(engine, a_withdrawal("b"))
    assert (left.offender_id, left.rank, left.score, left.previous) == ("b", None, 0, Standing(1, 20))
    assert (left.cause.kind, left.contributions, left.contributions_total) == (CauseKind.WITHDRAWAL, (), 0)
    assert (entered.offender_id, entered.rank, entered.previous) == ("c", 2, Standing(3, 5))
    assert entered.cause == Cause(CauseKind.VACANCY, "b/1/2", "1", "b")


def test_hysteresis_keeps_a_member_up_to_the_exit_rank() -> None:
    engine = an_engine(size=1, exit_rank=2)
    feed(engine, a_report("a", 10))
    assert moves(feed(engine, a_report("b", 20))) == [(Move.ENTERED, "b")]
    assert [row.in_band for row in engine.board(9)] == [True, True]
    assert moves(feed(engine, a_report("c", 15))) == [(Move.LEFT, "a")]
    assert [row.in_band for row in engine.board(9)] == [True, False, False]


def test_a_fall_within_the_band_may_let_someone_in_and_nobody_out() -> None:
    engine = an_engine(size=1, exit_rank=2)
    feed(engine, a_report("a", 10), a_report("b", 5))
    (entered,) = feed(engine, a_report("a", 3, kind="offence.amended", revision=2))
    assert (entered.offender_id, entered.counterpart, entered.cause.kind) == ("b", None, CauseKind.VACANCY)


def test_of_two_records_with_one_revision_the_first_wins() -> None:
    engine = an_engine()
    feed(engine, a_report("a", 10), a_report("a", 99))
    assert engine.offender("a").score == 10


def test_a_withdrawn_offence_beats_a_lower_revision_for_ever() -> None:
    engine = an_engine()
    feed(engine, a_withdrawal("a", revision=3))
    assert feed(engine, a_report("a", 10, revision=2)) == []
    assert engine.offender("a").score == 0
    feed(engine, a_report("a", 10, revision=4))
    assert engine.offender("a").score == 10


def test_an_expired_revision_still_beats_a_lower_one() -> None:
    engine = an_engine()
    feed(engine, a_report("a", 10, revision=2, until=DAY))
    tick(engine, START + DAY)
    assert feed(engine, a_report("a", 10, revision=1)) == []
    (row,) = engine.offender("a").contributions
    assert (row.revision, row.millidays, row.until, row.counted) == (2, 0, None, False)


def test_an_alert_shows_the_twenty_heaviest() -> None:
    engine = an_engine(size=1, exit_rank=1)
    feed(engine, a_report("z", 30), *(a_report("b", 1, f"{n:02}") for n in range(24)))
    _, entered = feed(engine, a_report("b", 9, "99"))
    assert [item.offence_id for item in entered.contributions] == ["99", *(f"{n:02}" for n in range(19))]
    assert entered.contributions_total == 25


def test_a_known_run_is_answered_ahead_and_a_hole_rewind() -> None:
    engine = an_engine()
    feed(engine, a_report("a"), a_report("b"))
    assert engine.apply(Run(0, 1, 3, "", (), ())) == Ahead(2)
    assert isinstance(engine.apply(Run(0, 3, 4, "", (), ())), Rewind)
    assert (engine.entry, engine.ledger) == (1, {0: 2})
