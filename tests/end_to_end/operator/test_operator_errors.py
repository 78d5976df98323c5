"""What an operator can get wrong: one message that names the thing and what to do, and never a traceback."""

from pathlib import Path

import pytest
import redis
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from tests.end_to_end.installation import Installation, say
from tests.end_to_end.recovery.test_recovery import small_policy
from tests.end_to_end.troubleshooting import said_as_documented

pytestmark = pytest.mark.stack


@pytest.fixture(scope="module")
def installation(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Installation:
    folder = tmp_path_factory.mktemp("installation")
    return Installation(stack_environment, folder, policy=small_policy(folder), clock="event")


def refusal(installation: Installation, code: int, *words: str, **settings: str) -> str:
    """What a command says on standard error; `settings` are changed for it alone."""
    environment = installation.environment | {f"HARMWATCH_{name.upper()}": value for name, value in settings.items()}
    said = say(environment, *(words or ("worker",)))
    assert said.code == code, said.errors
    assert "Traceback" not in said.errors
    return said.errors


def last_words(installation: Installation, **settings: str) -> str:
    """What a worker says that has begun to work, and ends by itself: it gets a process of its own."""
    kept = dict(installation.environment)
    installation.environment |= {f"HARMWATCH_{name.upper()}": value for name, value in settings.items()}
    worker = installation.start_worker()
    installation.environment = kept
    log = installation.folder / f"worker-{len(installation.workers) - 1}.log"
    assert worker.wait(60) == 1, log.read_text()
    installation.workers.remove(worker)
    assert "Traceback" not in log.read_text()
    return log.read_text()


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("kafka", "nowhere", "HARMWATCH_KAFKA"),
        ("redis", "http://127.0.0.1", "HARMWATCH_REDIS"),
        ("clock", "sun", "HARMWATCH_CLOCK"),
        ("board", "a b", "HARMWATCH_BOARD"),
        ("prefix", "{x}", "HARMWATCH_PREFIX"),
        ("alerts_after", "yesterday", "HARMWATCH_ALERTS_AFTER"),
        ("policy", "/nowhere/policy.toml", "/nowhere/policy.toml"),
        ("colour", "blue", "HARMWATCH_COLOUR"),
    ],
)
def test_a_wrong_setting_is_named(installation: Installation, setting: str, value: str, said: str) -> None:
    assert said in refusal(installation, 2, **{setting: value})


@pytest.mark.parametrize("words", [("worker",), pytest.param(("verify",), marks=pytest.mark.thorough)])
def test_an_unreachable_broker_is_named(installation: Installation, words: tuple[str, ...]) -> None:
    said = refusal(installation, 1, *words, kafka="127.0.0.1:1")
    assert "Kafka at 127.0.0.1:1 does not answer (HARMWATCH_KAFKA)" in said


@pytest.mark.parametrize("words", [("worker",), ("status",), ("board",), ("offender", "x")])
def test_an_unreachable_store_is_named_without_its_password(installation: Installation, words: tuple[str, ...]) -> None:
    said = refusal(installation, 1, *words, redis="redis://:secret@127.0.0.1:1/0")
    assert "Redis at redis://127.0.0.1:1/0 does not answer" in said
    assert "secret" not in said


def test_every_fault_of_a_policy_and_of_its_index_is_listed_at_once(installation: Installation) -> None:
    installation.folder.joinpath("bad.csv").write_text("code,days,title\nX,ten,x\nX,1,x\nY,-1,y\n")
    policy = installation.folder / "bad.toml"
    policy.write_text(
        'id = "t"\nversion = 1\nowner = "tests"\ncolour = "blue"\n[index]\nfile = "bad.csv"\n[window]\ndays = 0\n'
        'anchor = "reported_at"\n[status]\nreported = 100\n[band]\nsize = 5\nexit_rank = 4\n'
    )
    said = refusal(installation, 2, policy=str(policy))
    for fault in ("version", "colour", "days", "exit_rank", "bad.csv:2", "bad.csv:3", "bad.csv:4"):
        assert fault in said


def test_missing_topics_are_named_with_the_command_that_makes_them(installation: Installation) -> None:
    said = refusal(installation, 1, prefix="nobody-")
    assert "topic nobody-offences.v1 is missing: run `harmwatch topics create`" in said
    assert "nobody-journal.v1" in said


def test_a_topic_that_would_forget_is_named(installation: Installation) -> None:
    name = installation.prefix + "journal.v1"
    admin = KafkaAdminClient(bootstrap_servers=installation.environment["HARMWATCH_KAFKA"])
    try:
        for wrong, right in (("1000", "-1"), ("-1", "-1")):
            admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, {"retention.ms": wrong})])
            if wrong != right:
                said = f"topic {name} has retention.ms=1000, it must be -1"
                assert said in refusal(installation, 1)
                assert said in installation.run("topics", "check", code=1)
    finally:
        admin.close()


def test_a_store_that_would_forget_is_refused(installation: Installation) -> None:
    store = redis.Redis.from_url(installation.environment["HARMWATCH_REDIS"])
    store.config_set("maxmemory-policy", "allkeys-lru")
    try:
        said = refusal(installation, 1)
    finally:
        store.config_set("maxmemory-policy", "noeviction")
    assert "maxmemory-policy" in said
    assert "noeviction" in said


def test_a_number_that_is_no_database_of_redis_names_the_setting(installation: Installation) -> None:
    url = installation.environment["HARMWATCH_REDIS"].rpartition("/")[0]
    said = refusal(installation, 1, redis=f"{url}/4711")
    assert "HARMWATCH_REDIS" in said
    assert "DB index" in said


def test_a_store_that_has_begun_to_forget_ends_the_worker_at_the_next_recovery(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    own = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    worker = own.start_worker()
    own.wait_idle()
    with redis.Redis.from_url(own.environment["HARMWATCH_REDIS"]) as store:
        store.config_set("maxmemory-policy", "allkeys-lru")
        try:
            store.hdel(f"{own.prefix}harmwatch:{{v100}}:meta", "generation")
            assert worker.wait(60) == 1
        finally:
            store.config_set("maxmemory-policy", "noeviction")
    said = (tmp_path / "worker-0.log").read_text()
    assert "Redis has maxmemory-policy allkeys-lru: it would forget offenders when memory is short" in said
    assert "Set `maxmemory-policy noeviction`" in said


def test_a_wrong_password_is_distinguished_from_an_outage(installation: Installation) -> None:
    url = installation.environment["HARMWATCH_REDIS"].replace("redis://", "redis://nobody:wrong@")
    said = refusal(installation, 1, "board", redis=url)
    said_as_documented("Redis at ADDRESS refuses", said)
    assert "user is disabled: look at user and password" in said


def test_an_id_that_nobody_has_is_no_all_clear(installation: Installation) -> None:
    said = refusal(installation, 1, "offender", "TYPO")
    assert "no offence of 'TYPO' is known" in said


def test_nobody_waits_for_less_than_nothing(installation: Installation) -> None:
    assert "--wait-idle" in refusal(installation, 2, "status", "--wait-idle", "-1")


def test_alerts_after_is_an_instant_and_not_a_text(stack_environment: dict[str, str], tmp_path: Path) -> None:
    own = Installation(
        stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event", alerts_after="2024-01-01T00:00:00Z"
    )
    own.start_worker()
    own.wait_idle()
    own.end_workers()
    own.environment["HARMWATCH_ALERTS_AFTER"] = "2024-01-01T01:00:00.0+01:00"
    own.start_worker()
    try:
        own.wait_idle()
    finally:
        own.end_workers()
    said = last_words(own, alerts_after="2024-01-01T00:00:01Z")
    assert "alerts_after is 2024-01-01T00:00:01Z, the board was founded with 2024-01-01T00:00:00Z" in said


@pytest.mark.parametrize("words", [("board",), ("offender", "x")])
def test_a_board_that_nobody_made_differs_from_one_that_is_new(
    installation: Installation, words: tuple[str, ...]
) -> None:
    installation.run(*words, code=0 if words == ("board",) else 1)
    said = refusal(installation, 1, *words, prefix="nobody-")
    assert "topic nobody-offences.v1 is missing: run `harmwatch topics create`" in said


def test_a_worker_with_other_settings_ends_before_its_first_record(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    own = Installation(stack_environment, tmp_path, 2, policy=small_policy(tmp_path), clock="wall")
    own.start_worker()
    own.wait_idle()
    (tmp_path / "other").mkdir()
    other = small_policy(tmp_path / "other", size=7)
    try:
        said = last_words(own, policy=other)
    finally:
        own.end_workers()
    assert "HARMWATCH_POLICY" in said
