"""The doctor at a real installation: no fault on a healthy one, and the right remedy for each that is broken."""

import json
import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import redis
from kafka import KafkaProducer

from cli.doctor import board, delivery, desk, history, identity, kafka, machine, rights, store
from cli.doctor.check import State
from cli.doctor.examination import CHECKS
from cli.doctor.patient import Patient
from models.instants import SECOND
from runtime.worker_name import worker_name
from sight.look_document import ClockDocument
from tests.end_to_end.foreign import open_on
from tests.end_to_end.installation import Installation, under_this_load
from tests.end_to_end.loading.test_bad_input import a_report
from tests.end_to_end.recovery.test_recovery import small_policy
from tests.end_to_end.service.examined import found, settings_of

pytestmark = pytest.mark.stack
WEAK_HERE = {
    "machine.metrics", "machine.clock", "kafka.speed", "store.room", "store.speed", "board.workers",
    "board.checkpoints",
}  # fmt: skip
"""The stack for trying out has one of everything; how quick its store is, is the machine's affair."""


@pytest.fixture(scope="module")
def installation(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A board at work."""
    folder = tmp_path_factory.mktemp("doctor")
    own = Installation(stack_environment, folder, policy=small_policy(folder), session_seconds="60")
    own.start_worker()
    own.wait_idle()
    yield own
    own.end_workers()


def test_a_healthy_installation_has_no_fault_and_nothing_is_changed(installation: Installation) -> None:
    topics = ("alerts.v1", "dead-letters.v1", "checkpoints.v1", "offences.v1")
    before = [len(installation.read(topic)) for topic in topics]
    began_at = time.monotonic()
    document = installation.json("doctor")
    assert time.monotonic() - began_at < under_this_load(10)
    assert document["ok"]
    states = {each["check"]: each["state"] for each in document["findings"]}
    assert set(states) == {check.name for check in CHECKS} | {"machine.settings"}
    assert {name for name, state in states.items() if state != "good"} <= WEAK_HERE
    assert [len(installation.read(topic)) for topic in topics] == before


def test_topics_that_are_not_there(installation: Installation) -> None:
    broken = found(Patient(settings_of(installation, prefix="nowhere-")), "kafka.topics")
    assert (broken.state, broken.remedy) == (State.FAULT, "harmwatch topics create")
    assert "nowhere-offences.v1 is missing" in broken.text


@pytest.mark.parametrize("name", ["kafka.copies", "kafka.internal_copies"])
def test_one_copy_of_everything(installation: Installation, name: str) -> None:
    broken = found(Patient(settings_of(installation, single_node=False)), name)
    assert (broken.state, "replication" in broken.remedy or "copies" in broken.remedy) == (State.WEAK, True)


def test_a_session_that_the_brokers_do_not_allow(installation: Installation) -> None:
    broken = found(Patient(settings_of(installation, session_seconds=0.001)), "kafka.session")
    assert (broken.state, "HARMWATCH_SESSION_SECONDS" in broken.remedy) == (State.FAULT, True)


@pytest.mark.parametrize(
    ("name", "setting", "value", "state"),
    [
        ("kafka.transactions", "transaction.max.timeout.ms", "1000", State.FAULT),
        ("kafka.creation", "auto.create.topics.enable", "true", State.WEAK),
    ],
)
def test_brokers_that_are_set_up_otherwise(
    installation: Installation, name: str, setting: str, value: str, state: State
) -> None:
    patient = Patient(settings_of(installation))
    patient.broker_settings = {**patient.broker_settings, setting: value}
    broken = found(patient, name)
    assert (broken.state, setting in broken.remedy) == (state, True)


def test_brokers_that_send_clients_to_where_nobody_is(installation: Installation) -> None:
    patient = Patient(settings_of(installation))
    patient.advertised = [*patient.advertised, ("127.0.0.1", 1)]
    broken = found(patient, "kafka.advertised")
    assert (broken.state, "advertised.listeners" in broken.remedy) == (State.FAULT, True)
    assert "127.0.0.1:1" in broken.text


@pytest.mark.parametrize(
    ("versions", "state"), [([(4, 1)], State.GOOD), ([(4, 1), (3, 9)], State.WEAK), ([(4, 1), (3, 5)], State.FAULT)]
)
def test_brokers_that_are_old_or_unlike(
    installation: Installation, versions: list[tuple[int, ...]], state: State
) -> None:
    patient = Patient(settings_of(installation))
    assert patient.broker_versions[0] >= (3, 6)
    patient.broker_versions = versions
    broken = found(patient, "kafka.versions")
    assert broken.state is state
    assert ("3.6" in broken.remedy) is (state is State.FAULT)


@pytest.mark.parametrize(("seconds", "state"), [(0.01, State.GOOD), (0.5, State.WEAK), (5, State.FAULT)])
def test_brokers_that_are_slow(installation: Installation, seconds: float, state: State) -> None:
    patient = Patient(settings_of(installation))
    assert patient.kafka_seconds > 0
    patient.kafka_seconds = seconds
    assert found(patient, "kafka.speed").state is state


@pytest.mark.parametrize(("seconds", "state"), [(-0.4, State.GOOD), (-5.0, State.WEAK), (3_600.0, State.FAULT)])
def test_brokers_in_another_time(installation: Installation, seconds: float, state: State) -> None:
    patient = Patient(settings_of(installation))
    assert patient.controller_ahead is not None
    assert abs(patient.controller_ahead) < 0.1
    patient.controller_ahead = seconds
    broken = found(patient, "kafka.clock")
    assert broken.state is state
    assert ("NTP" in broken.remedy) is (state is not State.GOOD)


def test_a_broker_that_dates_records_ahead_where_the_controller_tells_nothing(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    other = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path))
    patient = Patient(settings_of(other))
    patient.controller_ahead = None
    unseen = found(patient, "kafka.clock")
    assert (unseen.state, "operator" in unseen.text) == (State.SKIPPED, True)
    other.send([(b"v100", b"{}")], topic="officer-actions.v1")
    patient = Patient(settings_of(other))
    patient.controller_ahead = None
    assert patient.dated_ahead is not None
    assert -60 < patient.dated_ahead < 0.1
    assert found(patient, "kafka.clock").state is State.GOOD  # however old that record is
    patient.dated_ahead = 70
    ahead = found(patient, "kafka.clock")
    assert (ahead.state, "officer-actions.v1" in ahead.text) == (State.FAULT, True)


@pytest.mark.parametrize(("changed", "state"), [({"isr_nodes": []}, State.WEAK), ({"leader_id": -1}, State.FAULT)])
def test_copies_that_are_away(installation: Installation, changed: dict[str, object], state: State) -> None:
    patient = Patient(settings_of(installation))
    (journal,) = [item for item in patient.described if item["name"] == f"{installation.prefix}journal.v1"]
    patient.described = [dict(journal) | {"partitions": [dict(journal["partitions"][0]) | changed]}]
    broken = found(patient, "kafka.in_sync")
    assert (broken.state, f"{installation.prefix}journal.v1 0" in broken.text) == (state, True)
    assert "start" in broken.remedy


def test_workers_of_another_version(installation: Installation) -> None:
    patient = Patient(settings_of(installation))
    assert patient.member_names == [worker_name()]
    patient.member_names = [worker_name(), "harmwatch-0.0.9-engine-1-layout-3"]
    broken = found(patient, "board.versions")
    assert (broken.state, "mixed-versions" in broken.remedy) == (State.WEAK, True)
    assert "harmwatch-0.0.9" in broken.text


def test_too_little_memory_for_the_partitions(installation: Installation) -> None:
    patient = Patient(settings_of(installation))
    patient.memory_limit = 200 * 1024 * 1024
    broken = found(patient, "board.memory")
    assert (broken.state, "MemoryMax" in broken.remedy) == (State.WEAK, True)


def test_what_another_has_written(stack_environment: dict[str, str], tmp_path: Path) -> None:
    """On the journal, and an alert; whether that is ahead, the store tells as soon as a board is in it."""
    other = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path))
    other.send([(b"v100", b"nonsense")], topic="journal.v1")
    with closing(KafkaProducer(bootstrap_servers=other.environment["HARMWATCH_KAFKA"])) as forger:
        forger.send(f"{other.prefix}alerts.v1", b"{}", headers=[("ce_sequence", b"0000000000000007")]).get(30)
    foreign = found(Patient(settings_of(other)), "board.foreign_records")
    assert (foreign.state, "foreign-record.md" in foreign.remedy) == (State.WEAK, True)
    ahead = found(Patient(settings_of(other)), "board.alerts")
    assert (ahead.state, "no board yet" in ahead.text) == (State.GOOD, True)


def test_settings_that_are_not_the_boards(installation: Installation) -> None:
    broken = found(Patient(settings_of(installation, clock="event")), "board.fits")
    assert broken.state is State.FAULT
    assert "clock is event, the board was founded with wall" in broken.text


def test_a_policy_that_is_not_in_force(installation: Installation, tmp_path: Path) -> None:
    broken = found(Patient(settings_of(installation, policy=small_policy(tmp_path, size=7))), "board.fits")
    assert (broken.state, "policy" in broken.text) == (State.FAULT, True)


def test_records_behind_an_open_transaction(installation: Installation) -> None:
    with open_on(installation, "offences.v1"):
        broken = found(Patient(settings_of(installation)), "board.transactions")
    assert (broken.state, "held-back" in broken.remedy) == (State.WEAK, True)


def test_clocks_that_differ(installation: Installation) -> None:
    patient = Patient(settings_of(installation))
    apart = ClockDocument(
        ahead="store", seconds=70, since="now", worker="here/1", why="the store's clock is 70 s ahead"
    )
    patient.status = patient.status.model_copy(update={"clock": apart})
    broken = found(patient, "board.clocks")
    assert (broken.state, broken.text) == (State.FAULT, "the store's clock is 70 s ahead")


@pytest.mark.parametrize(
    ("state", "remedy"), [("parked", "parked.md"), ("closed", "not-open.md"), ("recovering", "not-open.md")]
)
def test_a_board_that_is_not_open(installation: Installation, state: str, remedy: str) -> None:
    patient = Patient(settings_of(installation))
    patient.status = patient.status.model_copy(update={"state": state})
    broken = found(patient, "board.state")
    assert (broken.state, remedy in broken.remedy) == (State.FAULT, True)


def test_a_checkpoint_that_is_young(installation: Installation, tmp_path: Path) -> None:
    assert found(Patient(settings_of(installation)), "board.checkpoints").state is State.WEAK
    installation.run("keys", "new", "--dir", str(tmp_path / "signing"))
    installation.run("checkpoint", "--key", str(tmp_path / "signing" / "harmwatch-private.pem"))
    assert found(Patient(settings_of(installation)), "board.checkpoints").state is State.GOOD


def test_a_worker_that_stands_still_and_then_none(installation: Installation) -> None:
    (worker,) = installation.workers
    os.kill(worker.pid, signal.SIGSTOP)
    installation.send([(b"p", a_report())])
    with closing(redis.Redis.from_url(installation.environment["HARMWATCH_REDIS"])) as client:
        meta, (seconds, _) = f"{installation.prefix}harmwatch:{{v100}}:meta", client.time()
        client.hset(meta, "moved_at:0", (seconds - 100) * SECOND)
    still = found(Patient(settings_of(installation)), "board.on_time")
    assert (still.state, "deaf.md" in still.remedy) == (State.FAULT, True)
    os.kill(worker.pid, signal.SIGCONT)
    installation.wait_idle()
    installation.end_workers()
    until = time.monotonic() + 90  # the group forgets who could not take leave after a session
    while (nobody := found(Patient(settings_of(installation)), "board.workers")).state is not State.FAULT:
        assert time.monotonic() < until, nobody
    assert "harmwatch worker" in nobody.remedy
    assert json.loads(installation.run("doctor", "--json", code=1))["ok"] is False


def test_every_check_has_a_broken_twin() -> None:
    tests = Path(__file__).parents[2]
    others = (
        "cli/test_doctor",
        "secure/test_certificates",
        "secure/test_doctor",
        "end_to_end/service/test_doctor_of_stores",
        "end_to_end/recovery/test_cut_logs",
        "delivery/sinks/test_doctor",
        "console/oidc/test_doctor",
        "end_to_end/officers/test_records",
    )
    files = [Path(__file__), *(tests / f"{name}.py" for name in others)]
    text = "".join(path.read_text("utf-8") for path in files)
    assert [check.name for check in CHECKS if f'"{check.name}"' not in text] == []
    modules = (machine, kafka, store, rights, board, history, delivery, desk, identity)
    assert len(CHECKS) == sum(len(module.CHECKS) for module in modules) + len(kafka.LAST_CHECKS) >= 40
