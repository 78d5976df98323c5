"""Dead letters hold the records that were refused; what lies at their offsets by now is another matter."""

from collections.abc import Iterator
from contextlib import closing

import pytest
from kafka import KafkaProducer

from broker.clients import PartitionReader
from models.errors import PreconditionFailed
from models.journal.plain_entry import PlainRun
from models.record import Record, run_digest
from runtime.settings import Settings
from runtime.topic_identity import find_place
from streams.relay.refused_records import RefusedRecords
from tests.streams.topics import recreate

pytestmark = pytest.mark.stack


@pytest.fixture
def topic(settings: Settings) -> str:
    """Twenty records on its first partition."""
    fill(settings, b"ours")
    return find_place(settings).topic


def fill(settings: Settings, of: bytes) -> None:
    with closing(KafkaProducer(bootstrap_servers=settings.brokers)) as sender:
        for number in range(20):
            sender.send(find_place(settings).topic, value=of + b" %d" % number, partition=0)


def reader(settings: Settings, topic: str) -> PartitionReader:
    return PartitionReader(settings.brokers, topic, 0)


@pytest.fixture
def records(settings: Settings, topic: str) -> list[Record]:
    with closing(reader(settings, topic)) as of_all:
        return list(of_all.read_until(20))


@pytest.fixture
def refused(settings: Settings, topic: str) -> Iterator[RefusedRecords]:
    with closing(RefusedRecords(reader(settings, topic))) as made:
        yield made


def a_run(records: list[Record], start: int, end: int) -> PlainRun:
    return PlainRun(end, 0, run_digest(0, records[start:end]), start)


def test_runs_are_read_again_in_any_order(refused: RefusedRecords, records: list[Record]) -> None:
    for start, end in ((2, 5), (5, 6), (10, 20), (0, 3)):
        found = refused.read(1, a_run(records, start, end))
        assert {offset: record.value for offset, record in found.items()} == {
            offset: records[offset].value for offset in range(start, end)
        }


def test_records_of_a_topic_that_was_recreated_are_refused(
    settings: Settings, topic: str, records: list[Record]
) -> None:
    recreate(settings, topic)
    fill(settings, b"of another")
    with (
        closing(RefusedRecords(reader(settings, topic))) as refused,
        pytest.raises(PreconditionFailed, match=r"offsets 2 to 5 .* are not the records that entry 7"),
    ):
        refused.read(7, a_run(records, 2, 5))
