"""Whatever snapshots say of a moment, the reference engine says too: on histories drawn at random."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from audit.history.history_replay import HistoryReplay
from audit.snapshots.file import SnapshotFile
from audit.snapshots.snapshots import Snapshots
from broker.reader import OpenReader
from cli.audit.snapshots import KnownBoard
from models.clock import ClockMode
from models.errors import Unproved
from models.instants import DAY, Micros
from models.journal.transition import EntryKind
from models.topics import JOURNAL, Topic
from tests.audit.drawn import HOUR, WINDOW_DAYS, policy_of, reports, rules
from tests.audit.golden.history import WrittenDown
from tests.audit.one_instant import Drawn, Written

PEOPLE = 12
EVERYBODY = [*(f"p{number}" for number in range(PEOPLE)), "nobody"]


@dataclass
class Kept:
    """A history of which snapshots were built twice, when it had so many entries; `at`: moments to ask for."""

    written: Written
    lengths: list[int]
    every: int
    first: int
    at: list[int]

    def until(self, length: int) -> OpenReader:
        def open_reader(topic: Topic, partition: int) -> WrittenDown:
            found = self.written.open_reader(topic, partition)
            return WrittenDown(list(found.read_until(length))) if topic is JOURNAL else found

        return open_reader

    @contextmanager
    def snapshots(self) -> Iterator[Snapshots]:
        with tempfile.TemporaryDirectory() as folder:
            for length in self.lengths:
                snapshots = Snapshots(self.until(length), Path(folder))
                with SnapshotFile(snapshots.path) as file:
                    for _ in snapshots.builder(file, self.every, self.first).run():
                        pass
            yield Snapshots(self.written.open_reader, Path(folder))


@st.composite
def of_many(draw: st.DrawFn, one: dict[str, Any]) -> dict[str, Any]:
    """The same report of somebody among more people than a band and its edges hold."""
    who = f"p{draw(st.integers(0, PEOPLE - 1))}"
    return one | {"offender_id": who, "offence_id": f"{who}-{one['offence_id']}"}


@st.composite
def kept(draw: st.DrawFn) -> Kept:
    """Either clock, reports of one instant, ties, corrections, steps that end together, perhaps an activation."""
    told, policies = (
        [draw(of_many(one)) for one in draw(reports(30))],
        [policy_of(draw(rules())), policy_of(draw(rules(more=True)), "2")],
    )
    written = Written(draw(st.sampled_from(ClockMode)), policies[0])
    activates = draw(st.sampled_from([None, None, *range(len(told))]))
    for number, one in enumerate(told):
        if number == activates:
            written.activate(max(one["recorded_at"] - 1, written.engine.as_of), policies[1])
        written.tell(one["recorded_at"], [Drawn(one)])
    end = told[-1]["recorded_at"] + draw(st.sampled_from([0, 2 * DAY, 12 * DAY]))
    written.pass_time(end)
    length = written.engine.entry
    lengths = sorted(draw(st.lists(st.integers(1, length), min_size=1, max_size=3)))
    changes = {one["recorded_at"] for one in told} | {change.as_of for change in written.transitions} | {end}
    changes |= {one["reported_at"] + WINDOW_DAYS * DAY for one in told}
    at = st.sampled_from(sorted(changes)).flatmap(lambda one: st.sampled_from([one - 1, one, one + 1, one + HOUR]))
    return Kept(
        written, lengths, draw(st.integers(1, 8)), draw(st.sampled_from([0, 1, 2, 3, 100])),
        draw(st.lists(at, min_size=3, max_size=6)),
    )  # fmt: skip


def everything(then: KnownBoard) -> str:
    return repr((then.board(100), then.board(2), [then.offender(who) for who in EVERYBODY]))


@given(history=kept())
def test_snapshots_say_of_every_moment_what_the_reference_engine_says(history: Kept) -> None:
    with history.snapshots() as snapshots:
        for at in history.at:
            found = by_snapshots(snapshots, at)
            assert found is not None or may_be_silent(history, snapshots, at)
            assert found in {None, by_engine(history, at)}


def by_engine(history: Kept, at: int) -> str:
    try:
        return everything(HistoryReplay(history.written.open_reader).as_of(Micros(at)))
    except Unproved as error:
        return str(error)


def by_snapshots(snapshots: Snapshots, at: int) -> str | None:
    try:
        with snapshots.board_at(at) as then:
            return None if then is None else everything(then)
    except Unproved as error:
        return str(error)


def may_be_silent(history: Kept, snapshots: Snapshots, at: int) -> bool:
    """Before the first snapshot; behind the last where a policy came into force or too few stand in it."""
    with SnapshotFile(snapshots.path) as file:
        snapshot, last = file.newest(at), file.newest(None)
    if snapshot is None or last is None or (snapshot.entry == last.entry and history.first < 100):
        return True
    entries = HistoryReplay(history.written.open_reader).replay.published()
    return any(entry.kind is EntryKind.POLICY and entry.entry > snapshot.entry for entry in entries)
