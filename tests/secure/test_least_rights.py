"""The rights of `deploy/` are enough, and each is needed: without it one message names it, and nothing is lost."""

import time

import pytest

from models.topics import TOPICS
from runtime.worker_rights import WORKER_RIGHTS
from tests.secure.rights import allow, take
from tests.secure.roles import USERS, kafka_rights, kafka_roles
from tests.secure.secured_service import SecuredService

WORKER = "harmwatch-worker"
OPERATIONS = {"READ": "Read", "WRITE": "Write", "DESCRIBE": "describe", "DESCRIBE_CONFIGS": "DescribeConfigs"}


def test_the_roles_are_those_of_the_threat_model() -> None:
    assert set(kafka_roles()) == {"worker", "ingest", "audit", "console", "deliver", "operator"}
    assert [line.split()[1] for line in USERS.read_text().splitlines()][-1] == "default"


def test_what_a_worker_asks_for_is_what_it_is_given() -> None:
    asked = {f"topic:{right}:{topic.name}" for topic, rights in WORKER_RIGHTS.items() for right in rights}
    given = {right for right in kafka_rights("worker", "") if right.startswith("topic:")}
    assert given - asked == {"topic:DESCRIBE:redrives.v1"}
    assert asked <= given
    assert {topic.name for topic in WORKER_RIGHTS} == {topic.name for topic in TOPICS}


def without(service: SecuredService, right: str) -> str:
    """What a worker says which lacks this one right: at its start, or at work."""
    take(service.kafka, WORKER, right)
    worker = service.start_worker()
    kind, operation, name = right.split(":")
    word = name if kind == "topic" else {"group": "consumer group", "transactional-id": "transactional id"}[kind]
    until = time.monotonic() + 40
    try:
        while worker.poll() is None and not ("refuses" in service.log.read_text() and word in service.log.read_text()):
            assert time.monotonic() < until, f"without {right}: {service.log.read_text()}"
            time.sleep(0.2)
        assert worker.poll() in {None, 1}
    finally:
        worker.kill()
        worker.wait(10)
        service.workers.clear()
        allow(service.kafka, WORKER, [right])
    said = service.log.read_text()
    assert word in said
    assert kind != "topic" or OPERATIONS[operation] in said or "describe" in said
    return said


@pytest.mark.stack
def test_a_right_on_a_topic_that_lacks_is_named_at_the_start(service: SecuredService) -> None:
    said = without(service, f"topic:WRITE:{service.prefix}alerts.v1")
    assert f"topic {service.prefix}alerts.v1: this user lacks the right to Write" in said


@pytest.mark.stack
@pytest.mark.thorough
def test_settings_that_are_not_to_be_seen_are_named(service: SecuredService) -> None:
    said = without(service, f"topic:DESCRIBE_CONFIGS:{service.prefix}alerts.v1")
    assert "is not to be seen: give this user the right to DescribeConfigs" in said


@pytest.mark.stack
@pytest.mark.thorough
@pytest.mark.timeout(600)  # a worker starts for each right
def test_each_right_of_a_worker_is_needed_and_named(service: SecuredService) -> None:
    service.send(30)
    for right in kafka_rights("worker", service.prefix):
        if not right.startswith(("topic:DESCRIBE:", f"topic:READ:{service.prefix}erasures.v1")):
            without(service, right)
    service.start_worker()
    assert service.wait_idle()["lag"] == 0
    assert service.json("audit", "verify")["faults"] == []


@pytest.mark.stack
@pytest.mark.thorough
@pytest.mark.timeout(300)  # the board is recovered after each
def test_each_command_of_the_store_is_needed_and_named(service: SecuredService) -> None:
    """Of a worker at work, whose user loses one command after the other: it waits, names it, and goes on."""
    service.start_worker()
    service.send(30)
    service.wait_idle()
    for sent, command in enumerate(("evalsha", "hset", "zadd", "rpush", "lrange", "time"), 1):
        service.store.execute("ACL", "SETUSER", WORKER, f"-{command}")
        service.send(30, first=30 * sent)
        service.await_word(f"'{command}' command", "can't run this command")
        service.store.execute("ACL", "SETUSER", WORKER, f"+{command}")
        service.wait_idle()
    assert service.json("audit", "verify", "--redis")["faults"] == []


@pytest.mark.stack
def test_a_sender_without_its_right_hears_so(service: SecuredService) -> None:
    take(service.kafka, "harmwatch-ingest", f"topic:WRITE:{service.prefix}offences.v1")
    (file := service.folder / "one.jsonl").write_text("{}\n")
    said = service.say("ingest", "ingest", "--unchecked", str(file))
    assert said.code == 1
    assert f"{service.prefix}offences.v1" in said.errors
