"""The stack answers, keeps its data, and has one user at a time."""

from contextlib import closing
from pathlib import Path

import pytest
import redis
from kafka import KafkaConsumer, KafkaProducer
from kafka.admin import KafkaAdminClient

from embedded import folder, jars
from embedded.stack import Stack
from models.errors import PreconditionFailed

pytestmark = pytest.mark.stack
Shared = tuple[Stack, Path]
PATIENCE_MILLISECONDS = 60_000


def create_topic(stack: Stack, name: str) -> None:
    admin = KafkaAdminClient(bootstrap_servers=stack.kafka)
    admin.create_topics({name: {"num_partitions": 1, "replication_factor": 1}}, wait_for_metadata=True)
    admin.close()


def produce(stack: Stack, topic: str, value: bytes) -> None:
    producer = KafkaProducer(bootstrap_servers=stack.kafka)
    producer.send(topic, value).get(timeout=30)
    producer.close()


def first_value(stack: Stack, topic: str) -> bytes:
    consumer = KafkaConsumer(
        topic, bootstrap_servers=stack.kafka, auto_offset_reset="earliest", consumer_timeout_ms=PATIENCE_MILLISECONDS
    )
    with closing(consumer):
        record = next(consumer, None)
    assert record is not None, f"nothing of {topic} comes"
    found: bytes = record.value
    return found


def cluster_id(stack: Stack) -> str:
    admin = KafkaAdminClient(bootstrap_servers=stack.kafka)
    identity: str = admin.describe_cluster()["cluster_id"]
    admin.close()
    return identity


def test_both_servers_answer_in_their_protocols(stack: Shared) -> None:
    running, _ = stack
    assert cluster_id(running)
    assert redis.Redis.from_url(running.redis).ping()


def test_valkey_has_the_settings_that_the_service_asks_of_its_redis(stack: Shared) -> None:
    settings = redis.Redis.from_url(stack[0].redis).config_get("append*", "maxmemory-policy")
    assert settings["appendonly"] == "yes"
    assert settings["appendfsync"] == "everysec"
    assert settings["maxmemory-policy"] == "noeviction"


def test_records_survive_a_killed_kafka(stack: Shared) -> None:
    running, _ = stack
    create_topic(running, "survivor")
    produce(running, "survivor", b"kept")
    address, before = running.kafka, running.kafka_pid
    running.kill_kafka()
    running.start_kafka()
    assert running.kafka == address
    assert running.kafka_pid != before
    assert first_value(running, "survivor") == b"kept"


def test_keys_survive_a_killed_valkey(stack: Shared) -> None:
    running, _ = stack
    redis.Redis.from_url(running.redis).set("survivor", "kept")
    address, before = running.redis, running.valkey_pid
    running.kill_valkey()
    running.start_valkey()
    assert running.redis == address
    assert running.valkey_pid != before
    assert redis.Redis.from_url(running.redis).get("survivor") == b"kept"


def test_a_folder_in_use_is_refused(stack: Shared) -> None:
    _, directory = stack
    with pytest.raises(PreconditionFailed, match="in use by another stack"), Stack(directory):
        pass


@pytest.mark.thorough
def test_a_folder_brings_its_data_and_cluster_up_again(tmp_path: Path) -> None:
    with Stack(tmp_path) as first:
        identity = cluster_id(first)
        create_topic(first, "kept")
        produce(first, "kept", b"record")
        redis.Redis.from_url(first.redis).set("kept", "value")
    with Stack(tmp_path) as second:
        assert cluster_id(second) == identity
        assert first_value(second, "kept") == b"record"
        assert redis.Redis.from_url(second.redis).get("kept") == b"value"


def test_a_kafka_that_does_not_come_up_shows_the_end_of_its_log(tmp_path: Path) -> None:
    (tmp_path / "kafka" / "data").mkdir(parents=True)
    (tmp_path / "kafka" / "data" / "meta.properties").write_text("version=nonsense\n")
    with (
        pytest.raises(PreconditionFailed, match=r"Kafka has ended with code 1(.|\n)*No readable meta\.properties"),
        Stack(tmp_path),
    ):
        pass


def test_a_folder_that_cannot_be_created_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(PreconditionFailed, match="cannot be used"):
        folder.claim(tmp_path / "file" / "below")


def test_without_a_network_the_download_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "")
    lines: list[str] = []
    with pytest.raises(PreconditionFailed, match="could not be downloaded"):
        jars.kafka_jars(lines.append)
    assert lines
    assert [path.name for path in (tmp_path / "harmwatch").iterdir()] == ["lock"]
