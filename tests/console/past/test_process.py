"""The process that looks back: ended where it takes too long, and started again whatever became of it."""

import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psutil
import pytest

from console.past.process import MOST_OF_ONE, MOST_WAITING, Job, PastProcess, QueueFull
from console.past.questions import AmendmentsQuestion
from models.errors import Unavailable, Unproved
from models.instants import Micros
from runtime.settings import Settings
from tests.console.past.rote import DIES, ERRS, IS_AWAY, PROVES_NOTHING, SAYS_HOW_NICE, SLEEPS, answer_by_rote

LIMIT, PATIENCE = 1.0, 60.0
"""Seconds; it has a low priority, and beside others it needs more than a moment for its shortest answer."""


@pytest.fixture
def process() -> Iterator[PastProcess]:
    with closing(PastProcess(Settings(), answer_by_rote, PATIENCE)) as process:
        yield process


def asked(process: PastProcess, since: int, by: str = "") -> Job:
    """Each by another officer, unless one is named."""
    return process.ask(AmendmentsQuestion(Micros(since)), by or f"proxy:{since}")


def answer(process: PastProcess, since: int) -> str:
    told = asked(process, since).future.result(60)
    assert isinstance(told, bytes)
    return told.decode()


def test_it_is_one_process_of_low_priority_and_no_question_starts_another(process: PastProcess) -> None:
    assert {answer(process, number) for number in (1, 2, 3)} == {str(process.pid)}
    assert int(answer(process, SAYS_HOW_NICE)) == os.nice(0) + 10


def test_it_starts_while_somebody_is_about_to_ask_and_the_question_finds_it(process: PastProcess) -> None:
    assert process.pid is None
    for _ in range(3):
        process.prepare()
    until = time.monotonic() + 60
    while process.pid is None and time.monotonic() < until:
        time.sleep(0.01)
    started = process.pid
    assert started is not None, "nothing started within a minute"
    assert answer(process, 1) == str(started)


@pytest.mark.parametrize(
    ("fate", "words"),
    [
        (SLEEPS, "this took longer than 1 s, so it was ended"),
        (DIES, "the process that looks back has ended over this: ask again"),
    ],
)
def test_what_takes_too_long_or_dies_is_said_and_the_next_question_is_answered(
    process: PastProcess, fate: int, words: str
) -> None:
    before = answer(process, fate - 10**15 + 10)
    process.limit_seconds = LIMIT
    with pytest.raises(Unavailable, match=words):
        asked(process, fate).future.result(60)
    process.limit_seconds = PATIENCE
    assert answer(process, fate - 10**15 + 20) not in {before, ""}
    with pytest.raises(ProcessLookupError):
        os.kill(int(before), 0)


def test_what_cannot_be_answered_is_said_by_its_kind_and_the_process_stays(process: PastProcess) -> None:
    before = answer(process, 31)
    with pytest.raises(Unavailable, match="Kafka does not answer"):
        asked(process, IS_AWAY).future.result(60)
    with pytest.raises(Unproved, match="it lies before the first report"):
        asked(process, PROVES_NOTHING).future.result(60)
    assert answer(process, 32) == before


def test_an_error_that_nobody_meant_names_its_kind_and_no_person(
    process: PastProcess, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Unavailable, match=r"this could not be computed \(KeyError\)") as raised:
        asked(process, ERRS).future.result(60)
    assert "suspect" not in str(raised.value) + caplog.text
    assert "KeyError" in caplog.text


def test_a_killed_process_is_started_by_the_next_question(process: PastProcess) -> None:
    os.kill(int(answer(process, 41)), signal.SIGKILL)
    with pytest.raises(Unavailable, match="ask again"):
        asked(process, 42).future.result(60)
    assert answer(process, 43) == str(process.pid)


def test_one_that_cannot_be_started_is_said_and_the_next_question_starts_it(process: PastProcess) -> None:
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, limits[1]))  # no descriptor is left for its line
    try:
        with pytest.raises(Unavailable, match="cannot be started: Too many open files"):
            asked(process, 61).future.result(60)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)
    assert answer(process, 62) == str(process.pid)


@contextmanager
def standing_still(process: PastProcess, asked_first: str) -> Iterator[Job]:
    """It has one question in hand, and gives no answer before the end of the block."""
    pid = int(answer(process, 1))
    os.kill(pid, signal.SIGSTOP)
    try:
        slow = asked(process, 2, asked_first)
        while slow.begun_at is None:
            time.sleep(0.005)
        yield slow
    finally:
        os.kill(pid, signal.SIGCONT)


def test_eight_may_wait_and_a_ninth_is_refused_until_there_is_room(process: PastProcess) -> None:
    with standing_still(process, "proxy:first"):
        waiting = [asked(process, 100 + number) for number in range(1, MOST_WAITING + 1)]
        assert [process.before(job) for job in waiting] == list(range(1, MOST_WAITING + 1))
        with pytest.raises(QueueFull, match="8 questions about the past wait already"):
            asked(process, 51)
        assert asked(process, 101) is waiting[0], "the same question is asked once"
    waiting[-1].future.result(60)
    assert answer(process, 52) == str(process.pid)


def test_one_officer_takes_three_places_and_leaves_the_others_to_others(process: PastProcess) -> None:
    with standing_still(process, "proxy:anna"):
        slow = [asked(process, 100 + number, "proxy:anna") for number in range(1, MOST_OF_ONE)]
        with pytest.raises(QueueFull, match="3 questions of yours are not answered yet"):
            asked(process, 71, "proxy:anna")
        assert asked(process, 101, "proxy:anna") is slow[0], "a page that waits asks the same again"
        berts = asked(process, 72, "proxy:bert")
    assert berts.future.result(60) == str(process.pid).encode()
    assert asked(process, 71, "proxy:anna").future.result(60)


def test_who_asks_while_it_ends_hears_so_and_nothing_is_left_behind() -> None:
    process = PastProcess(Settings(), answer_by_rote, PATIENCE)
    pid = int(answer(process, 1))
    jobs = [asked(process, SLEEPS), asked(process, 2)]
    process.close()
    for job in jobs:
        with pytest.raises(Unavailable):
            job.future.result(0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


_PARENT = """
import time
from console.past.process import PastProcess
from console.past.questions import AmendmentsQuestion
from runtime.settings import Settings
from tests.console.past.rote import SLEEPS, answer_by_rote
if __name__ == "__main__":
    process = PastProcess(Settings(), answer_by_rote, 600)
    pid, job = process.ask(AmendmentsQuestion(1), "").future.result(60), process.ask(AmendmentsQuestion(SLEEPS), "")
    while job.begun_at is None:
        time.sleep(0.01)
    print(pid.decode(), flush=True)
    time.sleep(600)
"""


def test_it_ends_with_a_console_that_was_killed_in_the_middle_of_a_question(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    path = {"PYTHONPATH": str(Path(__file__).parents[3])}
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, env=os.environ | path) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        parent.kill()
    assert psutil.wait_procs([child], timeout=20)[1] == [], "it goes on without its console"
