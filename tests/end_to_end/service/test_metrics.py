"""What Prometheus is told: everything that the table names, nothing else, nobody's name, and the truth."""

import json
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
import redis
from kafka import KafkaAdminClient
from prometheus_client import CollectorRegistry, generate_latest

from cli.service.exporter import LatestLook
from models.instants import format_instant
from models.topics import DEAD_LETTERS, OFFENCES
from runtime.events import Event
from runtime.metrics.address import Address
from runtime.metrics.meters import Gauges
from runtime.metrics.scrape import serving
from runtime.metrics.table import EXPORTER_METRICS, VERIFY_METRICS, WORKER_METRICS
from runtime.settings import Settings
from sight.look import Look
from state.clocks import wall_clock
from tests import kafka_topics
from tests.end_to_end.foreign import open_on
from tests.end_to_end.installation import Installation
from tests.end_to_end.loading.test_bad_input import a_report
from tests.end_to_end.recovery.test_recovery import small_policy
from tests.end_to_end.scraped import Series, names, scrape, series, value
from tests.logged import logged

pytestmark = pytest.mark.stack

ONLY_WHILE_A_RECOVERY_REPEATS = {"recovery_entries", "recovery_entries_done"}
ONLY_WITH_TLS = {"certificate_expiry_timestamp_seconds", "worker_certificate_expiry_timestamp_seconds"}
"""tests/secure has both."""
PERSON = "person-whom-no-label-names"


@pytest.fixture
def socket_folder() -> Iterator[Path]:
    """Its path is short: a socket's may have 107 bytes."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def until(holds: Callable[[], bool], what: str) -> None:
    over = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < over, what
        time.sleep(0.1)


def outside(installation: Installation, store: str | None = None) -> LatestLook:
    given = installation.environment
    redis_url = given["HARMWATCH_REDIS"] if store is None else store
    return LatestLook(Settings(kafka=given["HARMWATCH_KAFKA"], redis=redis_url, prefix=installation.prefix))


def seen(sight: LatestLook) -> str:
    sight.look()
    registry = CollectorRegistry()
    registry.register(Gauges("v100", sight.samples))
    return generate_latest(registry).decode()


def send_a_day(installation: Installation, persons: int = 30) -> None:
    """More persons than the band has places, one of them withdrawn, and a record that is refused."""
    now = format_instant(wall_clock())
    reports = [
        a_report(event_id=f"e{number}", offence_id=f"o{number}", offender_id=f"{PERSON}-{number}", recorded_at=now)
        for number in range(persons)
    ]
    keyed = [(f"{PERSON}-{number}".encode(), report) for number, report in enumerate(reports)]
    installation.send([*keyed, (PERSON.encode(), b"{")])


def test_a_scripted_day_moves_every_metric_of_the_table_and_no_other(
    stack_environment: dict[str, str], tmp_path: Path, socket_folder: Path
) -> None:
    asked_at = socket_folder / "worker"
    installation = Installation(
        stack_environment, tmp_path, 2, policy=small_policy(tmp_path), metrics=f"unix:{asked_at}", log="json"
    )
    sight = outside(installation)
    try:
        installation.start_worker()
        send_a_day(installation)
        installation.wait_idle()
        installation.json("checkpoint", *signing(installation, tmp_path))
        close_the_generation(installation)
        until(lambda: bool(value(series(scrape(asked_at)), "relay_terms_total")), "no term of the relay has ended")
        installation.wait_idle()
        worker, board = scrape(asked_at), seen(sight)
        assert names(worker) == {metric.name for metric in WORKER_METRICS} - ONLY_WITH_TLS
        looked = {metric.name for metric in EXPORTER_METRICS} - ONLY_WHILE_A_RECOVERY_REPEATS
        assert names(board) == looked - ONLY_WITH_TLS
        told = series(worker)
        assert value(told, "records_applied_total") == 31
        assert value(told, "records_refused_total", reason="not_json") == 1
        assert value(told, "dead_letters_published_total", reason="not_json") == 1
        assert value(told, "alerts_published_total") == value(told, "transitions_total") == len(installation.alerts())
        assert value(told, "alert_latency_seconds_count") == len(installation.alerts())
        assert value(told, "relay_in_office") == 1
        assert value(series(board), "applied_offset", partition="0") == 31
        assert value(series(board), "band_members") == 20
        assert value(series(board), "board_state", state="open") == value(series(board), "board_good") == 1
        said = (tmp_path / "worker-0.log").read_text()
        events = {json.loads(line)["event"] for line in said.splitlines()}
        assert {"started", "assigned", "relay_in_office"} <= events <= set(Event)
        assert PERSON not in worker + board + said
    finally:
        installation.end_workers()
        sight.close()


def test_a_verification_leaves_behind_what_it_has_found(stack_environment: dict[str, str], tmp_path: Path) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path))
    file = tmp_path / "harmwatch.prom"
    try:
        installation.start_worker()
        send_a_day(installation)
        installation.wait_idle()
        installation.run("verify", "--metrics", str(file))
        found = series(file.read_text())
        assert names(file.read_text()) == {metric.name for metric in VERIFY_METRICS}
        assert (value(found, "verify_ok"), value(found, "verify_faults")) == (1, 0)
        assert abs((value(found, "verify_timestamp_seconds") or 0) - time.time()) < 60
        installation.send([(b"v100", b'{"entry":1}')], topic="journal.v1")
        installation.send([(b"p", b"forged")], topic="alerts.v1")
        document = installation.json("verify", "--metrics", str(file), code=1)
        found = series(file.read_text())
        assert (value(found, "verify_ok"), value(found, "verify_foreign_records")) == (0, document["unseen"]) == (0, 1)
        assert value(found, "verify_faults") == document["fault_count"] > 0
        passed_over = [f"{each['topic']}:{each['offset']}" for each in document["foreign"] if not each["is_fault"]]
        installation.json("verify", "--metrics", str(file), "--passed-over", *passed_over, code=1)
        assert value(series(file.read_text()), "verify_foreign_records") == 0
        assert PERSON not in file.read_text()
    finally:
        installation.end_workers()


def signing(installation: Installation, folder: Path) -> list[str]:
    installation.run("keys", "new", "--dir", str(folder / "signing"))
    return ["--key", str(folder / "signing" / "harmwatch-private.pem")]


def close_the_generation(installation: Installation) -> None:
    with closing(redis.Redis.from_url(installation.environment["HARMWATCH_REDIS"])) as store:
        store.hdel(f"{installation.prefix}harmwatch:{{v100}}:meta", "generation")


def test_the_series_of_a_partition_go_with_it(
    stack_environment: dict[str, str], tmp_path: Path, socket_folder: Path
) -> None:
    installation = Installation(stack_environment, tmp_path, 2, policy=small_policy(tmp_path))
    asked_at = [socket_folder / "first", socket_folder / "second"]

    def partitions(file: Path) -> set[str]:
        return {dict(labels)["partition"] for name, labels in series(scrape(file)) if name == "read_offset"}

    try:
        for file in asked_at:
            installation.environment["HARMWATCH_METRICS"] = f"unix:{file}"
            installation.start_worker()
            until(file.exists, "the worker does not serve")
            if file is asked_at[0]:
                until(lambda: partitions(asked_at[0]) == {"0", "1"}, "one worker does not read both partitions")
        until(lambda: len(partitions(asked_at[0])) == 1, "a partition was given away, and its series is still there")
        assert partitions(asked_at[0]) | partitions(asked_at[1]) == {"0", "1"}
    finally:
        installation.end_workers()
    assert not any(file.exists() for file in asked_at)


def test_a_worker_whose_address_someone_has_ends_and_says_so(
    stack_environment: dict[str, str], tmp_path: Path, socket_folder: Path
) -> None:
    taken = socket_folder / "taken"
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), metrics=f"unix:{taken}")
    with serving(Address(socket=taken), CollectorRegistry()):
        workers = [installation.start_worker() for _ in range(3)]  # each ends at another moment of Faust's start
        assert [worker.wait(60) for worker in workers] == [1, 1, 1]
    for log in tmp_path.glob("worker-*.log"):
        said = log.read_text()
        assert f"HARMWATCH_METRICS: unix:{taken} cannot be had" in said
        assert "Traceback" not in said
    assert taken.exists() is False


def test_the_exporter_is_right_while_every_worker_is_dead(stack_environment: dict[str, str], tmp_path: Path) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path))
    sight = outside(installation)
    try:
        installation.start_worker()
        send_a_day(installation)
        installation.wait_idle()
        installation.end_workers()
        send_a_day(installation)
        until(lambda: value(series(seen(sight)), "group_members") == 0, "the worker has not left the group")
        time.sleep(1)
        sight.close()
        sight = outside(installation)
        found = series(seen(sight))
        assert value(found, "board_good") is None  # what is wrong in one look alone is none
        assert value(found, "group_members") == 0
        assert value(found, "unread_partitions") == 1
        assert value(found, "lag_records", partition="0") == 31
        assert 1 <= (value(found, "lag_seconds", partition="0") or 0) < 60
        until(lambda: value(series(seen(sight)), "board_good") == 0, "the exporter finds nothing wrong")
    finally:
        installation.end_workers()
        sight.close()


def test_what_was_seen_is_not_reported_once_nothing_is_seen_any_more(
    stack_environment: dict[str, str], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "cli.service.exporter")
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path))
    sight = outside(installation)
    try:
        assert value(series(seen(sight)), "look_success") == 1
        with closing(KafkaAdminClient(bootstrap_servers=installation.environment["HARMWATCH_KAFKA"])) as client:
            kafka_topics.delete(client, [offences := f"{installation.prefix}offences.v1"])
            until(lambda: value(series(seen(sight)), "look_success") == 0, "a topic is gone, and nobody has noticed")
            assert names(seen(sight)) == {"look_success", "look_timestamp_seconds"}
            kafka_topics.create(client, {offences: OFFENCES})
        until(lambda: value(series(seen(sight)), "look_success") == 1, "the topic is there again, and is not seen")
        assert [record.event for record in logged(caplog)] == [Event.NO_LOOK, Event.WAITED]  # type: ignore[attr-defined]
    finally:
        sight.close()


def test_partitions_and_topics_that_come_later_are_seen(stack_environment: dict[str, str], tmp_path: Path) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path))
    brokers = installation.environment["HARMWATCH_KAFKA"]
    offences, letters = (f"{installation.prefix}{name}" for name in ("offences.v1", "dead-letters.v1"))
    settings = Settings(kafka=brokers, redis=installation.environment["HARMWATCH_REDIS"], prefix=installation.prefix)
    with closing(KafkaAdminClient(bootstrap_servers=brokers)) as client, closing(outside(installation)) as sight:
        kafka_topics.delete(client, [letters])
        assert value(series(seen(sight)), "end_offset", partition="1") is None
        with closing(Look(settings)) as look:
            client.create_partitions({offences: 2})
            kafka_topics.create(client, {letters: DEAD_LETTERS})
            until(lambda: value(series(seen(sight)), "end_offset", partition="1") == 0, "a partition is not seen")
            with open_on(installation, "dead-letters.v1"):
                assert [each.topic for each in look.document().held_back] == [letters]


def test_an_exporter_that_sees_nothing_says_so_and_nothing_else(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path))
    blind = outside(installation, store="redis://127.0.0.1:1/0")
    found: Series = series(seen(blind))
    assert found == {("look_success", frozenset({("board", "v100")})): 0.0}
    blind.close()
