"""Transactions: what is sent appears whole, once, or not at all."""

import random
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from kafka import KafkaProducer

from broker.clients import PartitionReader, admin
from broker.security import Brokers, Mechanism, Protocol, Security
from models.access.secret_file import SecretFile
from models.errors import NotAllowed, PreconditionFailed, Unavailable
from models.record import Record
from models.topics import ALERTS, DEAD_LETTERS, JOURNAL, Topic, topic_name
from runtime.settings import Settings
from streams.relay.transactions import Transactions
from tests import kafka_transactions
from tests.streams.topics import recreate
from tests.streams.transport.test_sender import open_loops

pytestmark = pytest.mark.stack


def relay_of(settings: Settings) -> Transactions:
    """Those of a relay that takes office next."""
    topics = [topic_name(settings.prefix, topic) for topic in (JOURNAL, ALERTS, DEAD_LETTERS)]
    return Transactions(settings.brokers, f"{settings.prefix}relay", topics)


@pytest.fixture
def transactions(settings: Settings) -> Iterator[Transactions]:
    with closing(relay_of(settings)) as made:
        made.fence()
        yield made


def committed(settings: Settings, topic: Topic) -> list[Record]:
    """Every record of a topic that a reader of committed records sees, once what the relay has ended is over."""
    with closing(admin(settings.brokers)) as client:
        kafka_transactions.settle(client, settings.prefix)
    with closing(PartitionReader(settings.brokers, topic_name(settings.prefix, topic), 0)) as reader:
        return list(reader.read_until(reader.end()))


def committed_after_a_fence(settings: Settings, topic: Topic) -> list[Record]:
    """The same when nothing of the former relay is open any more."""
    with closing(relay_of(settings)) as successor:
        successor.fence()
        return committed(settings, topic)


def test_records_of_several_topics_appear_in_their_order(settings: Settings, transactions: Transactions) -> None:
    for number in range(3):
        for place in range(2):
            transactions.add(topic_name(settings.prefix, JOURNAL), b"board", b"%d %d" % (number, place), [])
            transactions.add(
                topic_name(settings.prefix, ALERTS), b"who", b"%d %d" % (number, place), [("ce_type", b"alert")]
            )
        transactions.commit()
    expected = [b"%d %d" % (number, place) for number in range(3) for place in range(2)]
    assert [record.value for record in committed(settings, JOURNAL)] == expected
    assert [(record.key, record.value, record.headers) for record in committed(settings, ALERTS)] == [
        (b"who", value, [("ce_type", b"alert")]) for value in expected
    ]


@pytest.mark.parametrize(
    ("before", "again"),
    [
        pytest.param(3, 0, id="in the middle of its work", marks=pytest.mark.thorough),
        pytest.param(3, 20, id="and filled with more than there was"),
        pytest.param(0, 0, id="before its first transaction", marks=pytest.mark.thorough),
        pytest.param(0, 20, id="before its first transaction, and filled"),
    ],
)
def test_nothing_is_committed_to_a_topic_that_was_recreated(
    settings: Settings, transactions: Transactions, before: int, again: int
) -> None:
    journal, alerts = (topic_name(settings.prefix, topic) for topic in (JOURNAL, ALERTS))
    for number in range(before):
        transactions.add(journal, b"board", b"%d" % number, [])
        transactions.commit()
    recreate(settings, journal)
    with closing(KafkaProducer(bootstrap_servers=settings.brokers)) as stranger:
        for _ in range(again):
            stranger.send(journal, value=b"another's", partition=0)
    transactions.add(journal, b"board", b"3", [])
    transactions.add(alerts, b"who", b"3", [])
    with pytest.raises(PreconditionFailed, match=f"topic {journal} was recreated while this worker ran"):
        transactions.commit()
    assert [record.value for record in committed_after_a_fence(settings, JOURNAL)] == [b"another's"] * again
    assert committed(settings, ALERTS) == []


def test_a_reader_that_skips_leaves_out_what_lies_before_and_never_goes_back(
    settings: Settings, transactions: Transactions
) -> None:
    for number in range(20):
        transactions.add(topic_name(settings.prefix, JOURNAL), b"board", b"%d" % number, [])
    transactions.commit()
    with closing(PartitionReader(settings.brokers, topic_name(settings.prefix, JOURNAL), 0)) as reader:
        end, read = reader.end(), []
        for offset, stop in ((-5, 3), (2, 6), (10, 12), (0, 13), (15, end)):
            reader.skip_to(offset)
            read.append([record.offset for record in reader.read_until(stop)])
        assert read == [[0, 1, 2], [3, 4, 5], [10, 11], [12], [15, 16, 17, 18, 19]]


def test_nothing_appears_before_the_commit(
    settings: Settings, transactions: Transactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken() -> None:
        raise ConnectionError

    monkeypatch.setattr(transactions._producer, "commit_transaction", broken)
    transactions.add(topic_name(settings.prefix, JOURNAL), b"board", b"1", [])
    with pytest.raises(Unavailable, match="ConnectionError"):
        transactions.commit()
    assert committed(settings, JOURNAL) == []
    assert committed_after_a_fence(settings, JOURNAL) == []


def test_null_keys_and_values_are_kept(settings: Settings, transactions: Transactions) -> None:
    pairs = [(None, None), (None, b"value"), (b"key", None), (b"", b"")]
    for key, value in pairs:
        transactions.add(topic_name(settings.prefix, DEAD_LETTERS), key, value, [("reason", b"")])
    transactions.commit()
    assert [(record.key, record.value) for record in committed(settings, DEAD_LETTERS)] == pairs


def test_more_than_a_batch_holds_appears_whole(settings: Settings, transactions: Transactions) -> None:
    chance = random.Random(1)
    values = [chance.randbytes(size) for size in (10, 300_000, 5, 200_000, 100_000, 4_000_000, 1)]
    values.append(b"0" * 50_000_000)  # what compresses well may be larger than its topic allows
    for value in values:
        transactions.add(topic_name(settings.prefix, JOURNAL), b"board", value, [])
    transactions.commit()
    assert [record.value for record in committed(settings, JOURNAL)] == values


def test_where_one_record_is_refused_none_appears(settings: Settings, transactions: Transactions) -> None:
    transactions.add(topic_name(settings.prefix, JOURNAL), b"board", b"1", [])
    transactions.add(
        topic_name(settings.prefix, ALERTS), b"who", random.Random(1).randbytes(2 * ALERTS.max_message_bytes), []
    )
    with pytest.raises(Unavailable):
        transactions.commit()
    assert committed(settings, JOURNAL) == []
    assert committed_after_a_fence(settings, JOURNAL) == []


@pytest.mark.parametrize("_", range(5))
def test_who_is_fenced_before_its_first_transaction_commits_nothing(
    settings: Settings, transactions: Transactions, _: int
) -> None:
    """Where the client still had to ask where a topic lies, it could hear of the fence in between."""
    with closing(relay_of(settings)) as successor:
        successor.fence()
        for topic in (JOURNAL, ALERTS, DEAD_LETTERS):
            transactions.add(topic_name(settings.prefix, topic), b"key", b"too late", [])
        with pytest.raises(Unavailable):
            transactions.commit()
    assert [committed(settings, topic) for topic in (JOURNAL, ALERTS, DEAD_LETTERS)] == [[], [], []]


def test_who_was_fenced_commits_nothing(settings: Settings, transactions: Transactions) -> None:
    transactions.add(topic_name(settings.prefix, JOURNAL), b"board", b"earlier", [])
    transactions.commit()
    transactions.add(topic_name(settings.prefix, JOURNAL), b"board", b"too late", [])
    with closing(relay_of(settings)) as successor:
        successor.fence()
        with pytest.raises(Unavailable):
            transactions.commit()
        successor.add(topic_name(settings.prefix, JOURNAL), b"board", b"later", [])
        successor.commit()
    assert [record.value for record in committed(settings, JOURNAL)] == [b"earlier", b"later"]


def test_without_a_producer_no_loop_is_left_behind(tmp_path: Path) -> None:
    """The relay tries again and again, for as long as a password cannot be read."""
    gone = SecretFile("HARMWATCH_KAFKA_PASSWORD_FILE", tmp_path / "gone")
    security = Security(Protocol.SASL_PLAINTEXT, mechanism=Mechanism.PLAIN, user="worker", secret=gone)
    before = open_loops()
    with pytest.raises(NotAllowed, match="gone"):
        Transactions(Brokers(["127.0.0.1:1"], security), "relay", [])
    assert open_loops() <= before
