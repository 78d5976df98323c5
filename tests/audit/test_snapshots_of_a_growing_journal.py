"""Whatever a journal gains while it is read, no snapshot and no answer leaves anybody out."""

from pathlib import Path

import pytest

from audit.history.history_replay import HistoryReplay
from audit.replay.founding import read_founding
from audit.replay.replay import Replay
from audit.snapshots.builder import SnapshotBuilder
from audit.snapshots.file import SnapshotFile
from audit.snapshots.snapshots import Snapshots
from broker.reader import OpenReader
from models.board import BoardRow
from models.clock import ClockMode
from models.errors import Damaged, Unproved
from models.instants import DAY, Micros
from models.record import Record
from models.topics import JOURNAL, Topic
from scoring.resumed_engine import ResumedEngine
from tests.audit.golden.history import WrittenDown
from tests.audit.one_instant import START, Report, Written

KEPT = 2
"""So many entries the snapshots know of: the founding, and ten people's reports."""
LAST = START + DAY


def written(*, told: bool) -> Written:
    """Behind those, a recovery; with `told` before it what counts for nothing where p9 is known."""
    history = Written(ClockMode.EVENT)
    history.tell(START, [Report(f"p{n}", "A", START, START) for n in range(10)])
    if told:
        history.tell(LAST, [Report("p9", "C", LAST, LAST)])
    history.recover()
    return history


def until(history: Written, looks: int | None) -> OpenReader:
    """Its journal ends behind the first entries until its end was asked for so often (None: for good)."""
    asked = 0

    class Growing(WrittenDown):
        def end(self) -> int:
            nonlocal asked
            asked += 1
            return KEPT if looks is None or asked <= looks else super().end()

    def open_reader(topic: Topic, partition: int) -> WrittenDown:
        found = history.open_reader(topic, partition)
        return Growing(records_of(found)) if topic is JOURNAL else found

    return open_reader


def records_of(found: WrittenDown) -> list[Record]:
    return list(found.read_until(found.end()))


def build(open_reader: OpenReader, folder: Path) -> Snapshots:
    snapshots = Snapshots(open_reader, folder)
    with SnapshotFile(snapshots.path) as file:
        list(snapshots.builder(file, 1).run())
    return snapshots


def board(snapshots: Snapshots, at: Micros) -> list[BoardRow]:
    with snapshots.board_at(at) as then:
        assert then is not None
        return then.board(100)


def answer(snapshots: Snapshots, at: Micros) -> list[BoardRow] | str:
    try:
        return board(snapshots, at)
    except Unproved as error:
        return "too early" if f"the journal ends at entry {KEPT}," in str(error) else str(error)


@pytest.mark.parametrize("told", [False, True])
@pytest.mark.parametrize("looks", range(1, 6))
def test_building_leaves_nobody_out(tmp_path: Path, looks: int, told: bool) -> None:
    history = written(told=told)
    at = Micros(LAST if told else START)
    build(until(history, None), tmp_path)
    build(until(history, looks), tmp_path)
    whole = HistoryReplay(history.open_reader).as_of(at).board(100)
    assert board(Snapshots(history.open_reader, tmp_path), at) == whole
    assert board(build(history.open_reader, tmp_path), at) == whole


@pytest.mark.parametrize("looks", range(1, 8))
def test_an_answer_from_behind_the_last_snapshot_leaves_nobody_out(tmp_path: Path, looks: int) -> None:
    history, at = written(told=True), Micros(LAST)
    build(until(history, None), tmp_path)
    whole = HistoryReplay(history.open_reader).as_of(at).board(100)
    assert answer(Snapshots(until(history, looks), tmp_path), at) in (whole, "too early")


def test_a_board_without_its_people_is_never_written(tmp_path: Path) -> None:
    history = written(told=False)
    snapshots = build(until(history, None), tmp_path)
    assert snapshots.first is not None
    with SnapshotFile(snapshots.path) as file:
        newest = file.newest(None)
        assert newest is not None
        replay, engine = Replay(history.open_reader), ResumedEngine(newest.state, {})
        founding = read_founding(snapshots.first)
        replay.resume(founding, newest.policies_then(), engine, newest.next_offset, newest.hash)
        with pytest.raises(Damaged, match="everybody"):
            list(SnapshotBuilder(file, replay, newest).run())
