"""The two clocks: the board as known then, and what held then by what was known later."""

import random
from pathlib import Path

import pytest

from audit.history.amendments import amendments
from audit.history.history_replay import AppliedEntry, HistoryReplay, ReceivedReport
from audit.history.membership_errors import look_back, wrong_then
from audit.history.received_history import ReceivedHistory
from audit.snapshots.file import SnapshotFile
from audit.snapshots.snapshots import Snapshots
from cli.board.board import board_document
from cli.board.offender import offender_document
from models.errors import Unproved
from models.instants import parse_instant
from models.journal.transition import Move
from scoring.engine import Engine
from tests.audit.insight.oracle_of_knowledge import band, known_since, oracle, what_was_told
from tests.audit.live_run import WHOLE, Run, a_run

pytestmark = [pytest.mark.stack, pytest.mark.timeout(300)]  # a run is recorded, and repeated to fifty moments
MOMENTS = 50


class Received:
    """An observer: every report with the instant from which it was known."""

    def __init__(self) -> None:
        self.reports: list[ReceivedReport] = []

    def __call__(self, applied: AppliedEntry) -> None:
        self.reports += applied.received()


@pytest.fixture(scope="module")
def event_run(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The clock of the records, and a band with hysteresis."""
    return a_run(stack_environment, tmp_path_factory.mktemp("clocks"), "event", exit_rank=9)


@pytest.fixture(scope="module")
def wall_run(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The clock of the wall; the band is the first eight."""
    return a_run(stack_environment, tmp_path_factory.mktemp("clocks"), "wall", exit_rank=8)


@pytest.fixture(params=["wall_run", pytest.param("event_run", marks=pytest.mark.thorough)])
def run(request: pytest.FixtureRequest) -> Run:
    """Either of them."""
    found: Run = request.getfixturevalue(request.param)
    return found


def test_as_known_then_is_what_the_live_board_said(run: Run) -> None:
    moments = random.Random(7).sample(sorted(run.boards), MOMENTS)
    bands = set()
    for at in moments:
        engine = HistoryReplay(run.open_reader).as_of(parse_instant(at))
        board = board_document(run.settings.board, parse_instant(at), engine.board(WHOLE))
        assert board == run.boards[at]
        assert offender_document(engine.offender(run.persons[at].offender_id), run.settings.board) == run.persons[at]
        bands.add(tuple(row.offender_id for row in board.entries if row.in_band))
    assert len(bands) > MOMENTS // 3


def test_from_a_snapshot_it_is_what_the_live_board_said(run: Run, tmp_path: Path) -> None:
    snapshots = Snapshots(run.open_reader, tmp_path)
    with SnapshotFile(snapshots.path) as file:
        builder = snapshots.builder(file, every=100)
        for _ in builder.run():
            pass
    assert builder.built > 5
    for at in random.Random(12).sample(sorted(run.boards), MOMENTS // 2):
        with snapshots.board_at(parse_instant(at)) as found:
            then = found or HistoryReplay(run.open_reader).as_of(parse_instant(at))  # it lies before the first
            assert board_document(run.settings.board, parse_instant(at), then.board(WHOLE)) == run.boards[at]
            person = then.offender(run.persons[at].offender_id)
            assert offender_document(person, run.settings.board) == run.persons[at]


def test_the_command_says_the_same_without_redis(run: Run) -> None:
    at = sorted(run.boards)[len(run.boards) // 2]
    kept = run.installation.environment.pop("HARMWATCH_REDIS")
    run.installation.environment["HARMWATCH_REDIS"] = "redis://127.0.0.1:1/0"
    try:
        said = run.installation.run("board", "--top", str(WHOLE), "--at", at, "--json")
        assert said == run.boards[at].json_text() + "\n"
        person = run.persons[at]
        said = run.installation.run("offender", person.offender_id, "--at", at, "--json")
        assert said == person.json_text() + "\n"
    finally:
        run.installation.environment["HARMWATCH_REDIS"] = kept


def test_what_was_received_is_read_without_an_engine(run: Run) -> None:
    moments = [parse_instant(at) for at in random.Random(13).sample(sorted(run.boards), 5)]
    for until in (*moments, None):
        repeated, read = Received(), Received()
        replay, reading = HistoryReplay(run.open_reader, repeated), ReceivedHistory(run.open_reader, read)
        as_of = replay.as_of(until).as_of
        reading.read(until)
        assert (read.reports, reading.as_of, reading.reigns) == (repeated.reports, as_of, replay.reigns)
        assert read.reports
    with pytest.raises(Unproved, match="nothing is known yet"):
        ReceivedHistory(run.open_reader).read(parse_instant("2199-01-01T00:00:00Z"))


def test_outside_of_history_is_one_clear_line(run: Run) -> None:
    for instant, says in (("2021-01-01T00:00:00Z", "before the first report"), ("2199-01-01T00:00:00Z", "nothing is")):
        with pytest.raises(Unproved, match=says):
            HistoryReplay(run.open_reader).as_of(parse_instant(instant))
    at = sorted(run.boards)[-1]
    run.installation.run("board", "--at", "yesterday", code=2)
    run.installation.run("offender", "nobody", "--at", at, code=1)


def test_as_known_at_the_moment_itself_is_as_known_then(run: Run) -> None:
    for at in random.Random(8).sample(sorted(run.boards), 4):
        hindsight, _ = look_back(run.open_reader, parse_instant(at), parse_instant(at))
        assert ranking(hindsight.engine) == [(row.offender_id, row.score_millidays) for row in run.boards[at].entries]


def test_as_known_now_is_the_oracles(run: Run) -> None:
    told = what_was_told(run.installation)
    for at in random.Random(9).sample(sorted(run.boards), 6):
        hindsight, _ = look_back(run.open_reader, parse_instant(at), None)
        assert ranking(hindsight.engine) == oracle(told, parse_instant(at), hindsight.known_at)


def test_the_difference_names_who_was_wrong_and_since_when_it_was_known(wall_run: Run) -> None:
    """Without hysteresis, for with it membership depends on the order of telling."""
    told, found = what_was_told(wall_run.installation), 0
    for at in random.Random(10).sample(sorted(wall_run.boards), 3):
        instant = parse_instant(at)
        hindsight, later = look_back(wall_run.open_reader, instant, None)
        wrong = wrong_then(HistoryReplay(wall_run.open_reader).as_of(instant), hindsight, later)
        assert {one.offender_id: one.known_since for one in wrong} == known_since(told, instant)
        found += len(wrong)
    assert found > 3


def test_amendments_are_the_alerts_that_the_oracle_would_not_send(wall_run: Run) -> None:
    told, alerts = what_was_told(wall_run.installation), wall_run.installation.alerts()
    told_again = amendments(wall_run.open_reader, None, with_first_days=True)
    now, found = told_again.now, told_again.found
    wrong = set()
    for place, alert in enumerate(alerts):
        at, who = parse_instant(alert["as_of"]), alert["offender_id"]
        following = next((one for one in alerts[place + 1 :] if one["offender_id"] == who), None)
        lasted = following is None or following["as_of"] != alert["as_of"]
        if lasted and at < now and (who in band(told, at, now)) != (alert["transition"] == "entered"):
            wrong.add(alert["sequence"])
    assert {one.alert.sequence for one in found} == wrong
    assert wrong
    for one in found:
        for start, end in one.intervals:
            for instant in (start, (start + end) // 2, end - 1):
                should = one.alert.offender_id in band(told, instant, now)
                assert should == (one.alert.move is Move.LEFT)


def test_the_command_shows_the_views_and_says_wrong_use(run: Run) -> None:
    service, at = run.installation, sorted(run.boards)[len(run.boards) // 2]
    known = service.json("board", "--at", at, "--as-known-now")
    assert known["known_at"] > at
    difference = service.json("board", "--at", at, "--diff")
    assert {"should_not_have_been", "should_have_been", "known_at"} <= difference.keys()
    who = run.persons[at].offender_id
    assert service.json("offender", who, "--at", at, "--diff")["then"] == run.persons[at].model_dump(mode="json")
    service.run("board", "--diff", code=2)
    service.run("board", "--at", at, "--known-at", at, "--as-known-now", code=2)
    service.run("board", "--at", at, "--known-at", "2020-01-01T00:00:00Z", code=2)


def ranking(engine: Engine) -> list[tuple[str, int]]:
    return [(row.offender_id, row.score) for row in engine.board(WHOLE)]
