"""The end of a log is gone, as after an unclean election: nobody skips what was applied, or begins a second history."""

import signal
import struct
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from embedded.stack import Stack
from models.clock import ClockMode
from models.errors import StartRefused
from models.journal import RunOut
from models.record import run_digest
from models.topics import OFFENCES
from runtime.installation import Installation as Opened
from runtime.kafka import PartitionReader
from runtime.places import find_place
from runtime.settings import Settings
from scoring.policy_file import load_policy
from streams.last_runs import LastRuns
from tests.end_to_end.installation import Installation
from tests.end_to_end.test_foreign_records import REPORTS
from tests.end_to_end.test_recovery import small_policy
from tests.end_to_end.test_second_history import refused
from tests.end_to_end.troubleshooting import said_as_documented

pytestmark = pytest.mark.stack
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


@EMPTIED
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


def test_the_last_run_of_each_partition_is_looked_at_again_and_again(board: Installation) -> None:
    given = board.environment
    settings = Settings(kafka=given["HARMWATCH_KAFKA"], redis=given["HARMWATCH_REDIS"], prefix=board.prefix,
                        policy=Path(given["HARMWATCH_POLICY"]), clock=ClockMode.EVENT)  # fmt: skip
    installation = Opened(settings, load_policy(settings.policy), find_place(settings))
    with closing(PartitionReader(settings.brokers, board.prefix + OFFENCES.name, 0)) as reader:
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
    assert isinstance(error, StartRefused)
    assert "are not the records that entry 7" in str(error)
