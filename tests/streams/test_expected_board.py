"""How far back a recovery reads the journal: not to the last run of a partition that has been quiet for a year."""

from collections.abc import Iterator

import pytest

from broker.entries import BEGINNING
from models.alert import wire_bytes
from models.journal.entry import JournalEntry, chain
from models.journal.transition import Entry, EntryKind
from models.record import Record
from streams.recovery.expected_board import ExpectedBoard, Hints, expected_board
from tests.audit.golden.history import WrittenDown

LENGTH, QUIET, BUSY = 15_000, 3, 14_990


class ActiveContribution(WrittenDown):
    """How many records were read of it."""

    read = 0

    def read_until(self, end: int) -> Iterator[Record]:
        for record in super().read_until(end):
            self.read += 1
            yield record


@pytest.fixture(scope="module")
def journal() -> list[JournalEntry]:
    """A founding, a run of partition 1, heartbeats for weeks, and a run of partition 0."""
    entries, previous = [], BEGINNING.hash
    for number in range(1, LENGTH + 1):
        entry = Entry(number, EntryKind.HEARTBEAT, number * 60_000_000)
        if number == 1:
            entry = Entry(number, EntryKind.POLICY, 0, body='{"board":"v100"}')
        if number in {QUIET, BUSY}:
            partition = int(number == QUIET)
            entry = Entry(number, EntryKind.RUN, 0, partition=partition, start=0, end=number, digest="d" * 64)
        entries.append(chain(entry, "v100", "wall", "0" * 64, previous))
        previous = entries[-1].hash
    return entries


@pytest.mark.parametrize(
    ("hints", "most"),
    [
        pytest.param(Hints({0: BUSY, 1: QUIET}, LENGTH - 1, 0), 9_000, id="noted"),
        pytest.param(Hints({0: BUSY, 1: BUSY}, LENGTH - 1, 0), 40_000, id="noted wrongly"),
        pytest.param(Hints(), 40_000, id="not noted"),
    ],
)
def test_a_quiet_partition_is_sought_where_a_worker_has_noted_it(
    journal: list[JournalEntry], hints: Hints, most: int
) -> None:
    reader = ActiveContribution([Record(number, 0, None, wire_bytes(entry)) for number, entry in enumerate(journal)])
    told = expected_board(reader, LENGTH, journal[-1], {0: BUSY, 1: QUIET}, ExpectedBoard(), hints)
    assert told.ledger == {0: BUSY, 1: QUIET}
    assert {partition: number for partition, (number, _) in told.runs.items()} == {0: BUSY, 1: QUIET}
    assert reader.read <= most
    assert most < LENGTH or reader.read >= LENGTH


def test_what_waits_in_the_outbox_is_not_looked_for_far_back(journal: list[JournalEntry]) -> None:
    reader, ahead = (
        ActiveContribution([Record(n, 0, None, wire_bytes(entry)) for n, entry in enumerate(journal)]),
        ExpectedBoard(),
    )
    ahead.take_unpublished([Entry(LENGTH + 1, EntryKind.RUN, 0, partition=1, start=QUIET, end=9, digest="d" * 64)])
    ahead.sequence = 0
    told = expected_board(reader, LENGTH, journal[-1], {0: BUSY, 1: 9}, ahead, Hints())
    assert told.followed_by(ahead).ledger == {0: BUSY, 1: 9}
    assert reader.read <= 9_000
