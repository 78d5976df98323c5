"""What the broker itself keeps from offences.v1, and how its topics are told to do so."""

import asyncio
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import MessageSizeTooLargeError
from kafka import KafkaAdminClient, KafkaProducer
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import InvalidConfigurationError, InvalidTimestampError

import models.topics
import runtime.topic_creation
from models.topics import ALERTS, ALL_TOPICS, JOURNAL, OFFENCES
from runtime.settings import Settings
from runtime.topic_creation import CreatedTopics, _create, create_topics
from tests.end_to_end.installation import Installation
from tests.end_to_end.loading.test_bad_input import a_report
from tests.end_to_end.recovery.test_recovery import small_policy, transactions

pytestmark = pytest.mark.stack

YEAR_2099_MS = 4_070_908_800_000
MIB = 1024 * 1024
WRONG = {
    "message.timestamp.type": "LogAppendTime",
    "message.timestamp.after.max.ms": "9223372036854775807",
    "compression.type": "zstd",
    "max.message.bytes": "8388608",
}


@pytest.fixture
def installation(stack_environment: dict[str, str], tmp_path: Path) -> Iterator[Installation]:
    made = Installation(stack_environment, tmp_path, 2, policy=small_policy(tmp_path), clock="event")
    yield made
    made.end_workers()


def alter(installation: Installation, settings: dict[str, str]) -> None:
    """Somebody tells offences.v1 otherwise."""
    with closing(KafkaAdminClient(bootstrap_servers=installation.environment["HARMWATCH_KAFKA"])) as admin:
        name = f"{installation.prefix}offences.v1"
        admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, settings)])


def send(installation: Installation, timestamp_ms: int) -> None:
    """A report of this instant. Raises the client's error."""
    with closing(KafkaProducer(bootstrap_servers=installation.environment["HARMWATCH_KAFKA"])) as sender:
        topic = f"{installation.prefix}offences.v1"
        sender.send(topic, key=b"p", value=a_report(), partition=0, timestamp_ms=timestamp_ms).get(20)


def test_a_sender_from_the_future_is_refused_by_the_broker(installation: Installation) -> None:
    with pytest.raises(InvalidTimestampError):
        send(installation, YEAR_2099_MS)
    send(installation, 1_000)
    assert len(installation.read("offences.v1")) == 1


async def send_batch(installation: Installation, codec: str, values: list[bytes]) -> None:
    """All of them in one batch. Raises the client's error."""
    async with AIOKafkaProducer(
        bootstrap_servers=installation.environment["HARMWATCH_KAFKA"], compression_type=codec, max_batch_size=64 * MIB
    ) as sender:
        batch = sender.create_batch()
        for value in values:
            assert batch.append(timestamp=None, key=b"p", value=value) is not None
        await (await sender.send_batch(batch, f"{installation.prefix}offences.v1", partition=0))


@pytest.mark.parametrize(
    "codec", ["zstd", *(pytest.param(codec, marks=pytest.mark.thorough) for codec in ("lz4", "gzip"))]
)
def test_a_batch_is_counted_after_decompression(installation: Installation, codec: str) -> None:
    with pytest.raises(MessageSizeTooLargeError):
        asyncio.run(send_batch(installation, codec, [bytes(512 * 1024)] * 40))
    asyncio.run(send_batch(installation, codec, [a_report()]))
    assert [record.value for record in installation.read("offences.v1")] == [a_report()]


def test_a_topic_that_is_there_is_set_right(installation: Installation) -> None:
    assert installation.run("topics", "check") == "all topics are as they must be\n"
    alter(installation, WRONG)
    said = installation.run("topics", "check", code=1)
    for name, value in WRONG.items():
        assert f"topic {installation.prefix}offences.v1 has {name}={value}, it must be" in said
    made = installation.json("topics", "create")
    assert made == {"created": [], "altered": [f"{installation.prefix}offences.v1"], "lacking": []}
    assert installation.run("topics", "check") == "all topics are as they must be\n"
    alter(installation, {"message.timestamp.after.max.ms": "60000"})
    assert installation.run("topics", "check") == "all topics are as they must be\n"


def test_partitions_are_chosen_once(installation: Installation) -> None:
    said = installation.say("topics", "create", "--partitions", "8")
    assert said.code == 1
    assert f"{installation.prefix}offences.v1 has 2 partitions; they are chosen once" in said.errors
    assert installation.json("topics", "create", "--partitions", "2") == {"created": [], "altered": [], "lacking": []}


NEVER_KNOWN = "message.timestamp.never.max.ms"


def test_what_the_brokers_do_not_know_is_left_out_and_said(
    stack_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As brokers before 3.6 know nothing of message.timestamp.after.max.ms; all topics are made."""
    for module in (models.topics, runtime.topic_creation):
        monkeypatch.setattr(module, "LATEST_TIMESTAMP", NEVER_KNOWN)
    settings = Settings(kafka=stack_environment["HARMWATCH_KAFKA"], prefix=f"t{uuid.uuid4().hex[:8]}-")
    made = create_topics(settings, 2)
    assert list(made.created) == [f"{settings.prefix}{topic.name}" for topic in ALL_TOPICS]
    assert made.lacking == (
        f"{settings.prefix}offences.v1 without {NEVER_KNOWN}: the brokers do not know it (Kafka 3.6)",
    )
    assert create_topics(settings, 2) == CreatedTopics((), (), ())


def test_a_topic_that_cannot_be_made_keeps_no_other_from_being_made(installation: Installation) -> None:
    with closing(KafkaAdminClient(bootstrap_servers=installation.environment["HARMWATCH_KAFKA"])) as admin:
        settings = Settings(kafka=installation.environment["HARMWATCH_KAFKA"], prefix=f"{installation.prefix}more-")
        with pytest.raises(InvalidConfigurationError, match=r"more-journal\.v1"):
            _create(admin, settings, [OFFENCES, replace(JOURNAL, max_message_bytes=-5), ALERTS], 2)
        there = set(admin.list_topics())
    assert {f"{settings.prefix}{topic.name}" for topic in (OFFENCES, ALERTS)} <= there


def test_copies_are_asked_for_unless_this_is_one_node(installation: Installation) -> None:
    said = installation.say("topics", "check", single_node="no")
    assert said.code == 1
    assert f"topic {installation.prefix}journal.v1 has 1 copies, 3 are needed" in said.output
    assert "HARMWATCH_SINGLE_NODE=yes" in said.output
    assert f"topic {installation.prefix}offences.v1 has min.insync.replicas=1, it must be 2" in said.output
    installation.environment["HARMWATCH_SINGLE_NODE"] = "no"
    installation.start_worker()
    installation.send([(b"p", a_report())])
    installation.wait_idle()
    log = (installation.folder / "worker-0.log").read_text("utf-8")
    assert log.count("HARMWATCH_SINGLE_NODE=yes says that this is one node") == 1
    alter(installation, {"unclean.leader.election.enable": "true"})
    assert "unclean.leader.election.enable=true, it must be false" in installation.run("topics", "check", code=1)


def test_large_letters_go_out_as_size_and_digest_and_are_redriven_whole(installation: Installation) -> None:
    large, whole = b"{" + b" " * 300 * 1024, b"{" + b" " * 200 * 1024
    installation.send([(b"p", large), *[(b"p", whole)] * 45, (b"p", a_report())])
    installation.start_worker()
    installation.wait_idle()
    first, *others = installation.read("dead-letters.v1")
    assert dict(first.headers)["truncated"] == b"yes"
    shown = installation.json("deadletters", "show", "0")
    assert (shown["truncated"], first.key, len(first.value) < 200) == (True, b"p", True)
    assert [letter.value for letter in others] == [whole] * 45
    assert len(transactions(installation, "dead-letters.v1")) > 1
    assert installation.json("verify", "--redis")["ok"]
    before = len(installation.read("offences.v1"))
    assert installation.json("deadletters", "redrive", "--why", "tests")["redriven"] == 46
    installation.wait_idle()
    redriven = [record.value for record in installation.read("offences.v1")][before:]
    assert redriven == [large, *[whole] * 45]
    assert installation.json("verify")["ok"]
