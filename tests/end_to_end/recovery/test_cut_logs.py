"""The end of a log is gone, as after an unclean election: nobody skips what was applied, or begins a second history."""

import json
import signal
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient, TopicPartition

from broker.clients import PartitionReader
from cli.doctor.check import State
from cli.doctor.patient import Patient
from embedded.stack import Stack
from models.canonical import canonical_json
from models.clock import ClockMode
from models.errors import PreconditionFailed
from models.journal.entry import RunOut
from models.record import run_digest
from models.topics import OFFENCES
from policies.policy_file import load_policy
from runtime.installation import Installation as Opened
from runtime.settings import Settings
from runtime.topic_identity import find_place
from streams.recovery.last_runs import LastRuns
from tests.end_to_end.installation import Installation
from tests.end_to_end.recovery.test_foreign_records import REPORTS
from tests.end_to_end.recovery.test_recovery import small_policy
from tests.end_to_end.recovery.test_second_history import forget_commits, refused
from tests.end_to_end.service import examined as doctor
from tests.end_to_end.troubleshooting import said_as_documented

pytestmark = pytest.mark.stack
_AT_ONCE = 800
"""The outbox takes a thousand."""

_BATCH = struct.Struct(">qi")
EMPTIED = pytest.mark.parametrize(
    "emptied",
    [pytest.param(False, id="the store stays"), pytest.param(True, id="it is emptied", marks=pytest.mark.thorough)],
)


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A Kafka of our own, whose files are cut."""
    with Stack(tmp_path_factory.mktemp("stack")) as made:
        yield made


@pytest.fixture
def admin(stack: Stack) -> Iterator[KafkaAdminClient]:
    with closing(KafkaAdminClient(bootstrap_servers=stack.kafka)) as client:
        yield client


@pytest.fixture
def board(stack: Stack, tmp_path: Path) -> Iterator[Installation]:
    """A hundred reports are applied and published, and nobody works any more."""
    made = Installation(stack.environment(), tmp_path, policy=small_policy(tmp_path), clock="event")
    made.send(REPORTS[:100])
    made.start_worker()
    made.wait_idle()
    made.end_workers()
    yield made
    made.end_workers(signal.SIGKILL)


def cut(stack: Stack, installation: Installation, topic: str, offset: int) -> None:
    """Kafka loses what lies from an offset on, dies, and comes back."""
    (log,) = stack._folder.joinpath("kafka", "data", f"{installation.prefix}{topic}-0").glob("*.log")
    stack.kill_kafka()
    content, place = log.read_bytes(), 0
    while place < len(content):
        first, length = _BATCH.unpack_from(content, place)
        if first >= offset:
            break
        place += _BATCH.size + length
    assert place < len(content), "nothing is cut"
    log.write_bytes(content[:place])
    stack.start_kafka()


def opened(installation: Installation, clock: ClockMode) -> Opened:
    """The same installation as the code of a worker knows it."""
    given = installation.environment
    settings = Settings(kafka=given["HARMWATCH_KAFKA"], redis=given["HARMWATCH_REDIS"], prefix=installation.prefix,
                        policy=Path(given["HARMWATCH_POLICY"]), clock=clock,
                        alerts_after=given.get("HARMWATCH_ALERTS_AFTER", ""))  # fmt: skip
    return Opened(settings, load_policy(settings.policy), find_place(settings))


@EMPTIED
@pytest.mark.thorough
def test_reports_that_are_gone_behind_what_was_applied_are_named(
    stack: Stack, board: Installation, emptied: bool
) -> None:
    """A worker may also come upon the end before the recovery does."""
    cut(stack, board, "offences.v1", 90)
    if emptied:
        board.empty_store()
    refused(board, "new HARMWATCH_PREFIX" if emptied else "HARMWATCH_PREFIX")
    board.send(REPORTS[100:140])
    said = refused(board, "are not the records that entry", "cut short and written on")
    said_as_documented("offences.v1 offsets N to N", said)
    if not emptied:
        broken = doctor.found(Patient(doctor.settings_of(board)), "board.last_runs")
        assert (broken.state, "are not the records" in broken.text) == (State.FAULT, True)


@EMPTIED
@pytest.mark.thorough
def test_a_journal_that_lost_its_end_is_refused(stack: Stack, board: Installation, emptied: bool) -> None:
    board.start_worker()
    board.send(REPORTS[100:101])
    board.wait_idle()
    board.end_workers()
    offsets = [record.offset for record in board.read("journal.v1")]
    begun = max(offset for offset in offsets if offset - 1 not in offsets)  # where the last transaction begins
    if emptied:
        board.empty_store()
    cut(stack, board, "journal.v1", begun)
    refused(board, "it was cut short" if not emptied else "the committed offsets of group")


def heartbeats(installation: Installation, count: int) -> None:
    """So many entries as after silent minutes by the wall's clock, published by a worker."""
    ours = opened(installation, ClockMode.WALL)
    with closing(ours.open_store()) as store:
        for begun in range(0, count, _AT_ONCE):
            generation = store.position().generation or ""
            for _ in range(min(_AT_ONCE, count - begun)):
                store.tick(generation, 0, heartbeat_us=1)
            worked(installation)


def worked(installation: Installation, records: list[tuple[bytes | None, bytes | None]] | None = None) -> None:
    """A worker came, did what there was to do, and went; what it published stands in the commits of its group."""
    installation.start_worker()
    records = records or []
    for first in range(0, len(records), 3):
        installation.send(records[first : first + 3])
    installation.wait_idle()
    installation.end_workers()


def fresh_reports(count: int) -> list[tuple[bytes | None, bytes | None]]:
    now = datetime.now(UTC).isoformat()
    report = {"type": "offence.reported", "code": "X", "occurred_at": now, "recorded_at": now}
    return [
        (b"w%d" % n, canonical_json(report | dict.fromkeys(("event_id", "offence_id", "offender_id"), f"w{n}")))
        for n in range(count)
    ]


def settings_of(kind: str, folder: Path) -> dict[str, str]:
    return {
        "in clear": {},
        "before the baseline": {"alerts_after": "2099-01-01T00:00:00Z"},
        "sealed": {"seal": "on", "key_store": str(folder / "keys")},
    }[kind]


@pytest.mark.parametrize(
    ("kind", "reports_too"),
    [
        pytest.param(kind, too, id=f"{kind}, {name}", marks=pytest.mark.thorough)
        for kind in ("in clear", "before the baseline", "sealed")
        for too, name in ((True, "a thousand entries"), (False, "within a stretch of heartbeats"))
    ],
)
def test_a_journal_that_lost_many_entries_is_refused(
    stack: Stack, admin: KafkaAdminClient, tmp_path: Path, kind: str, reports_too: bool
) -> None:
    """With the store as it was, with an emptied one, and where alerts are gone also without the group's commits."""
    given: dict[str, Any] = {"policy": small_policy(tmp_path), "clock": "wall", **settings_of(kind, tmp_path)}
    made = Installation(stack.environment(), tmp_path, **given)
    worked(made, fresh_reports(18))
    heartbeats(made, 1_000 if reports_too else 500)
    assert bool(made.alerts()) is (kind != "before the baseline")
    entries = made.read("journal.v1")
    offsets, kinds = [entry.offset for entry in entries], [json.loads(entry.value)["kind"] for entry in entries]
    place = max(n for n, kind in enumerate(kinds) if kind == "run") if reports_too else len(entries) - 300
    cut(stack, made, "journal.v1", max(at for at in offsets[: place + 1] if at - 1 not in offsets))
    left = len(made.read("journal.v1"))
    assert len(entries) - left > 1_000 if reports_too else kinds[left - 1] == kinds[left] == "heartbeat"
    said = f"journal.v1 ends at entry {left}, and the committed offsets of group"
    refused(made, said, "it was cut short")
    made.empty_store()
    refused(made, said, "it was cut short")
    if reports_too and kind != "before the baseline":
        forget_commits(made, admin)
        refused(made, "alerts.v1 offset", "tells of sequence")


def test_the_last_run_of_each_partition_is_looked_at_again_and_again(board: Installation) -> None:
    installation = opened(board, ClockMode.EVENT)
    with closing(PartitionReader(installation.settings.brokers, board.prefix + OFFENCES.name, 0)) as reader:
        reader.seek(90)
        right = run_digest(0, list(reader.read_until(95)))
    heard: list[BaseException] = []
    for run in (
        RunOut(partition=0, start=90, end=95, sha256=right),
        RunOut(partition=0, start=90, end=96, sha256=right),
    ):
        told = threading.Event()

        def failed(error: BaseException, told: threading.Event = told) -> None:
            heard.append(error)
            told.set()

        with closing(LastRuns(installation, {0: (7, run)}, failed, every_seconds=0.05)):
            assert told.wait(2 if run.end == 95 else 30) == (run.end == 96)
    (error,) = heard
    assert isinstance(error, PreconditionFailed)
    assert "are not the records that entry 7" in str(error)


def test_a_beginning_that_is_deleted_under_a_worker_is_said_again_and_again_and_ends_nothing(
    board: Installation, admin: KafkaAdminClient, caplog: pytest.LogCaptureFixture
) -> None:
    """Somebody has set another retention, or has deleted the oldest records: alerts are right all the same."""
    heard: list[BaseException] = []
    with closing(LastRuns(opened(board, ClockMode.EVENT), {}, heard.append, every_seconds=0.05)):
        time.sleep(1)
        assert "its first records are gone" not in caplog.text
        admin.delete_records({TopicPartition(f"{board.prefix}offences.v1", 0): 7})
        last = time.monotonic() + 30
        while caplog.text.count("its first records are gone. Alerts go on") < 2:
            assert time.monotonic() < last, caplog.text
            time.sleep(0.05)
    assert f"topic {board.prefix}offences.v1 partition 0 begins at offset 7: its first records are gone" in caplog.text
    assert heard == []
    said_as_documented("topic NAME partition N begins at offset N: its first records are gone. Alerts", caplog.text)
