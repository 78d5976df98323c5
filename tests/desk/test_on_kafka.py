"""The desk on a real Kafka: the broker dates actions, and the command computes from the two topics alone."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, KafkaProducer

from audit.verify.desk_records import read_desk
from cli.topics import open_topics
from desk.pack import make_pack, pack_digest
from models.desk.action import Action, action_bytes
from models.instants import format_instant, parse_instant
from models.topics import ALERTS, JOURNAL, OFFICER_ACTIONS
from runtime.settings import Settings
from tests.client.published import BOARD, Published, a_move
from tests.desk.acts import an_action
from tests.end_to_end.installation import say

pytestmark = pytest.mark.stack


@pytest.fixture
def published(stack_environment: dict[str, str]) -> Iterator[Published]:
    with (
        closing(Published(stack_environment)) as own,
        closing(KafkaAdminClient(bootstrap_servers=own.brokers)) as admin,
    ):
        topic = {"num_partitions": 1, "replication_factor": 1, "configs": OFFICER_ACTIONS.configuration()}
        admin.create_topics({own.prefix + OFFICER_ACTIONS.name: topic}, wait_for_metadata=True)
        if own.prefix + JOURNAL.name not in admin.list_topics():
            admin.create_topics({own.prefix + JOURNAL.name: topic}, wait_for_metadata=True)
        yield own


def test_the_desk_is_computed_from_kafka_alone_and_dated_by_the_broker(published: Published) -> None:
    published.send(a_move(1))
    producer, written = KafkaProducer(bootstrap_servers=published.brokers), format_instant(time.time_ns() // 1_000)
    with closing(producer):
        for action in (
            an_action("rules", 1, 0, at=written), an_action("look", 2, 1, stay=1, at=written),
            an_action("propose", 3, 1, stay=1, at=written),
        ):  # fmt: skip
            topic = published.prefix + OFFICER_ACTIONS.name
            producer.send(topic, key=BOARD.encode(), value=action_bytes(action), timestamp_ms=1, partition=0)
        producer.flush()
    environment = {
        "HARMWATCH_KAFKA": published.brokers, "HARMWATCH_PREFIX": published.prefix, "HARMWATCH_BOARD": BOARD,
    }  # fmt: skip
    said = say(environment, "desk", "--json")
    assert said.code == 0, said.errors
    document = json.loads(said.output)
    assert [(item["kind"], item["stay"]) for item in document["queue"]] == [("second_key", "v100:1")]
    assert document["answers"]["taken"] == 3
    assert parse_instant(document["queue"][0]["since"]) > parse_instant("2020-01-01T00:00:00Z")
    assert say(environment, "desk", "--handover", "1").errors.strip().endswith("there is no handover 1: 0 were offered")
    early = say(environment, "desk", "--at", "2001-01-01T00:00:00Z")
    assert (early.code, "has no rules" in early.errors) == (1, True)


def test_a_pack_that_was_signed_is_printed_again_to_the_byte(published: Published) -> None:
    published.send(a_move(1))
    topic = published.prefix + OFFICER_ACTIONS.name

    settings = Settings(
        kafka=published.brokers, redis="redis://127.0.0.1:1", policy=Path("none"), prefix=published.prefix
    )

    def write(producer: KafkaProducer, action: Action) -> None:
        producer.send(topic, key=BOARD.encode(), value=action_bytes(action), partition=0)
        producer.flush()

    written, environment = (
        format_instant(time.time_ns() // 1_000),
        {"HARMWATCH_KAFKA": published.brokers, "HARMWATCH_PREFIX": published.prefix, "HARMWATCH_BOARD": BOARD},
    )
    with closing(KafkaProducer(bootstrap_servers=published.brokers)) as producer:
        write(producer, an_action("rules", 1, 0, at=written))
        write(producer, an_action("look", 2, 1, stay=1, at=written))
        open_reader = open_topics(settings, ALERTS, OFFICER_ACTIONS)
        records, later = read_desk(open_reader, BOARD), format_instant(time.time_ns() // 1_000 + 30_000_000)
        pack = make_pack(records.changes, records.acts, 1, 1, parse_instant(later))
        place: dict[str, Any] = {"pack_sequence": 1, "pack_offset": 1, "pack_at": later}
        write(producer, an_action("offer_handover", 3, 1, at=later, sha256=pack_digest(pack), **place))
        write(producer, an_action("note", 4, 1, stay=1, at=later))
    said = say(environment, "desk", "--handover", "1")
    assert (said.code, said.output.encode()) == (0, pack), said.errors
