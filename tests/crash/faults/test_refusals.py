"""A right that is missing is no outage: a worker says what to give, asks ever more seldom, and goes on with it."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import redis
from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)

from streams.transport.rights import LONGEST_PAUSE_SECONDS
from tests.conftest import missing
from tests.crash.faults.test_waits import wait_for
from tests.crash.limited import limited_worker
from tests.end_to_end.installation import Installation
from tests.end_to_end.recovery.test_recovery import lines, small_policy
from tests.end_to_end.troubleshooting import said_as_documented

if TYPE_CHECKING:
    from embedded.cluster import Cluster

pytestmark = pytest.mark.stack
WATCHED_SECONDS = 8.0
AUTHORIZER = """
authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer
allow.everyone.if.no.acl.found=true
"""
MOST_LINES = 30
HEEDED_SECONDS = 30.0
BACK_SECONDS = 2 * int(LONGEST_PAUSE_SECONDS) + 20  # the consumer asks again first, then the relay


@pytest.fixture(scope="module")
def strict() -> Iterator["Cluster"]:
    """A Kafka that heeds access rules."""
    try:
        from embedded.cluster import Cluster
    except ImportError:
        missing("the extra `embedded`")
    with Cluster(1, AUTHORIZER) as cluster:
        yield cluster


@contextmanager
def denied(kafka: str, kind: ResourceType, name: str) -> Iterator[None]:
    """Nobody may do anything with it, for as long as the block."""
    rule = ACL("User:ANONYMOUS", "*", ACLOperation.ALL, ACLPermissionType.DENY, ResourcePattern(kind, name))
    every = ResourcePatternFilter(kind, name, rule.resource_pattern.pattern_type)
    rules = ACLFilter(None, None, ACLOperation.ANY, ACLPermissionType.ANY, every)
    with closing(KafkaAdminClient(bootstrap_servers=kafka)) as admin:
        admin.create_acls([rule])
        try:
            _until_heeded(admin, rules)
            yield
        finally:
            admin.delete_acls([rules])


def _until_heeded(admin: KafkaAdminClient, rules: ACLFilter) -> None:
    """The controller has taken a rule before the broker, which answers for itself, heeds it."""
    until = time.monotonic() + HEEDED_SECONDS
    while not admin.describe_acls(rules)[0]:
        assert time.monotonic() < until, "the broker does not heed the rule"
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("lacking", "remedy"),
    [
        ((ResourceType.TOPIC, "offences.v1"), "give this user the rights on the topic"),
        pytest.param(
            *((ResourceType.GROUP, "harmwatch-v100"), "give this user the right to the consumer group"),
            marks=pytest.mark.thorough,
        ),
        pytest.param(
            *((ResourceType.TRANSACTIONAL_ID, "harmwatch-relay"), "give this user the right to the transaction"),
            marks=pytest.mark.thorough,
        ),
    ],
)
@pytest.mark.timeout(300)  # brokers start, and a term is waited for
def test_a_right_on_kafka_that_is_taken_away_is_named_until_it_is_given_back(
    strict: "Cluster", stack_environment: dict[str, str], tmp_path: Path, lacking: tuple[ResourceType, str], remedy: str
) -> None:
    environment = stack_environment | {"HARMWATCH_KAFKA": strict.kafka}
    installation = Installation(environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    said, (kind, name) = tmp_path / "said.log", lacking
    reports = lines(20).split()
    with limited_worker(installation, said) as worker:
        installation.send([(b"p", line) for line in reports[:10]])
        installation.wait_idle()
        with denied(strict.kafka, kind, installation.prefix + name):
            before = len(said.read_text().splitlines())
            installation.empty_store()  # so that a term of the relay begins, too
            if kind is not ResourceType.TOPIC:  # one that began just before has something to publish
                installation.send([(b"p", line) for line in reports[10:15]])
            wait_for(said, remedy)
            time.sleep(WATCHED_SECONDS)
            assert len(said.read_text().splitlines()) - before < MOST_LINES, said.read_text()
        installation.send([(b"p", line) for line in reports[15:]])
        assert installation.wait_idle(BACK_SECONDS)["lag"] == 0
        assert worker.poll() is None, said.read_text()
    if kind is ResourceType.TOPIC:
        said_as_documented("waiting for a right on Kafka", said.read_text())


def test_a_worker_that_may_not_describe_its_topic_is_not_asked_to_create_it(
    strict: "Cluster", stack_environment: dict[str, str], tmp_path: Path
) -> None:
    environment = stack_environment | {"HARMWATCH_KAFKA": strict.kafka}
    installation = Installation(environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    with denied(strict.kafka, ResourceType.TOPIC, f"{installation.prefix}offences.v1"):
        answer = installation.say("board")
        assert answer.code == 1
        said_as_documented("Kafka refuses", answer.errors)
        assert "is missing" not in answer.errors
    with denied(strict.kafka, ResourceType.TOPIC, f"{installation.prefix}journal.v1"):
        said = installation.run("topics", "check", code=1)
        said_as_documented("topic NAME is not to be seen", said)
        for words in (("topics", "create"), ("verify",), ("replay",)):
            answer = installation.say(*words)
            assert (answer.code, "Kafka refuses" in answer.errors) == (1, True), answer
            assert not any(text in answer.errors for text in ("is missing", "is gone"))


@pytest.mark.thorough
def test_a_right_on_redis_that_is_taken_away_is_named_until_it_is_given_back(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    user = f"user{tmp_path.name}"
    store = redis.Redis.from_url(stack_environment["HARMWATCH_REDIS"])
    store.acl_setuser(user, enabled=True, passwords=["+secret"], keys=["*"], commands=["+@all"])
    url = stack_environment["HARMWATCH_REDIS"].replace("redis://", f"redis://{user}:secret@")
    installation = Installation(
        stack_environment | {"HARMWATCH_REDIS": url}, tmp_path, policy=small_policy(tmp_path), clock="event"
    )
    said = tmp_path / "said.log"
    try:
        with limited_worker(installation, said) as worker:
            wait_for(said, "the relay goes on")
            store.acl_setuser(user, enabled=True, commands=["-evalsha", "-eval"])
            installation.send([(b"p", line) for line in lines(10).split()])
            wait_for(said, "Redis refuses: ")
            said_as_documented("Redis refuses: REASON", said.read_text())
            time.sleep(WATCHED_SECONDS)
            assert len(said.read_text().splitlines()) < MOST_LINES * 2, said.read_text()
            store.acl_setuser(user, enabled=True, commands=["+@all"])
            assert installation.wait_idle(90)["lag"] == 0
            assert worker.poll() is None, said.read_text()
    finally:
        store.acl_deluser(user)
    said_as_documented(
        "Redis at ADDRESS refuses", installation.say("board", redis=url.replace("secret", "wrong")).errors
    )
