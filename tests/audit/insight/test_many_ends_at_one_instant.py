"""However many windows end at one instant, whoever looks back sees them all ended there, and none of them before."""

from pathlib import Path

import pytest

from audit.backtest.backtest import try_policies
from audit.export.export import Export, Limits
from audit.history.amendments import amendments
from audit.history.explanation import explain_standing
from audit.history.forecast import forecast
from audit.history.history_replay import HistoryReplay
from audit.history.membership_errors import look_back, wrong_then
from audit.replay.replay import Replay
from audit.snapshots.file import SnapshotFile
from audit.snapshots.snapshots import Snapshots
from cli.audit.snapshots import KnownBoard
from models.clock import ClockMode
from models.errors import Unproved
from models.instants import DAY, Micros
from models.journal.transition import Move
from tests.audit.one_instant import INSTANT, START, Written, band, many_ends, ranking

MANY = [1_001, *(pytest.param(many, marks=pytest.mark.thorough) for many in (1_500, 4_001, 9_837))]
AROUND = [INSTANT - 1, INSTANT, INSTANT + 1]
A_RUN_ENDS = 4_000
"""So many a run of records ends by itself where it is live."""

_WHOLE = 100_000


@pytest.fixture(scope="module", params=MANY)
def many(request: pytest.FixtureRequest) -> int:
    found: int = request.param
    return found


@pytest.fixture(scope="module", params=list(ClockMode))
def history(request: pytest.FixtureRequest, many: int) -> Written:
    """One that goes on after the instant, or with a report at the very moment."""
    return many_ends(request.param, many, INSTANT if many > A_RUN_ENDS else INSTANT + DAY)


@pytest.fixture(scope="module", params=list(ClockMode))
def broken_off(request: pytest.FixtureRequest, many: int) -> Written:
    """One whose journal ends between two ticks at the instant."""
    return many_ends(request.param, many, next_at=None)


def ranked(engine: KnownBoard) -> list[tuple[str, int]]:
    return [(row.offender_id, row.score) for row in engine.board(_WHOLE)]


def members(engine: KnownBoard) -> set[str]:
    return {row.offender_id for row in engine.board(_WHOLE) if row.in_band}


def test_every_entry_is_repeated_as_it_was(history: Written, broken_off: Written) -> None:
    for one in (history, broken_off):
        done = [replayed.entry for replayed in Replay(one.open_reader).run()]
        assert [change for entry in done for change in entry.transitions] == one.transitions


@pytest.mark.parametrize("at", AROUND)
def test_as_known_then(history: Written, at: Micros) -> None:
    engine = HistoryReplay(history.open_reader).as_of(at)
    assert engine.as_of == at
    assert ranked(engine) == ranking(history.reports, at, at)
    assert members(engine) == band(history.reports, at, at)


def test_as_known_then_where_the_journal_ends_within_the_instant(broken_off: Written) -> None:
    for at in (Micros(INSTANT), None):
        engine = HistoryReplay(broken_off.open_reader).as_of(at)
        assert ranked(engine) == ranking(broken_off.reports, INSTANT, INSTANT)
        assert members(engine) == band(broken_off.reports, INSTANT, INSTANT)
    with pytest.raises(Unproved, match="nothing is known yet"):
        HistoryReplay(broken_off.open_reader).as_of(Micros(INSTANT + 1))


@pytest.mark.parametrize("at", AROUND)
def test_as_known_later_and_who_was_wrong_then(history: Written, at: Micros) -> None:
    for known_at in {at, Micros(INSTANT + 2 * DAY)}:
        hindsight, later = look_back(history.open_reader, at, known_at)
        assert ranked(hindsight.engine) == ranking(history.reports, at, known_at)
        wrong = wrong_then(HistoryReplay(history.open_reader).as_of(at), hindsight, later)
        then, should = (band(history.reports, at, known) for known in (at, known_at))
        assert {one.offender_id for one in wrong} == then ^ should
        assert {one.offender_id for one in wrong if one.was_in_band} == then - should


def test_amendments_are_the_alerts_that_brute_force_would_not_send(history: Written) -> None:
    told = amendments(history.open_reader, None)
    now, found = told.now, told.found
    reports, moves = history.reports, history.transitions
    assert now == INSTANT + 2 * DAY
    last = {(change.offender_id, change.as_of): change.sequence for change in moves}
    bands = {at: band(reports, at, now) for at in {change.as_of for change in moves}}
    wrong = {
        change.sequence
        for change in moves
        if last[change.offender_id, change.as_of] == change.sequence
        and change.as_of < now
        and (change.offender_id in bands[change.as_of]) != (change.move is Move.ENTERED)
    }
    assert {one.alert.sequence for one in found} == wrong
    assert wrong


def test_amendments_where_the_journal_ends_within_the_instant(broken_off: Written) -> None:
    told = amendments(broken_off.open_reader, None)
    assert (told.now, told.found) == (INSTANT, ())


@pytest.mark.parametrize("end", [*AROUND, None])
def test_a_policy_on_trial(history: Written, end: Micros | None) -> None:
    (backtest,) = try_policies(history.open_reader, [history.policy], None, end).backtests
    at = INSTANT + 2 * DAY if end is None else end
    assert ranked(backtest.engine) == ranking(history.reports, at, at)
    assert members(backtest.engine) == band(history.reports, at, at)
    assert backtest.stays.microseconds("p00000", START, at) == min(at, INSTANT) - START
    assert len(backtest.moved_at) == sum(change.as_of <= at for change in history.transitions)


def test_a_forecast_that_begins_within_the_instant(broken_off: Written) -> None:
    path = list(forecast(HistoryReplay(broken_off.open_reader).as_of(None), "q4"))
    assert [point.as_of for point in path] == sorted({point.as_of for point in path})
    assert (path[0].as_of, path[0].rank) == (INSTANT, 4)


def test_an_explanation_within_the_instant(broken_off: Written) -> None:
    for who, rank in (("q1", 1), ("p00000", None), (broken_off.reports[-5].who, None)):
        found = explain_standing(broken_off.open_reader, who, None)
        assert (found.person.rank, found.as_of) == (rank, INSTANT)


@pytest.mark.parametrize("at", AROUND)
def test_from_a_snapshot_it_is_the_same(history: Written, tmp_path: Path, at: Micros) -> None:
    snapshots = Snapshots(history.open_reader, tmp_path)
    with SnapshotFile(snapshots.path) as file:
        assert list(snapshots.builder(file, every=500).run())
    with snapshots.board_at(at) as then:
        assert then is not None
        assert ranked(then) == ranking(history.reports, at, at)
        assert members(then) == band(history.reports, at, at)


def test_an_export_until_the_instant_at_which_the_journal_ends(broken_off: Written, many: int) -> None:
    exported = Export(Replay(broken_off.open_reader), Limits(until=INSTANT), None).run()
    ended = many_ends(broken_off.clock, many, next_at=None)
    ended.pass_time(INSTANT)
    assert exported.transitions == len(ended.transitions) > len(broken_off.transitions)
