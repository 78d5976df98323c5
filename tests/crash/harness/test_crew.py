"""Who is lost at the last moment is no fault of how workers end."""

import os
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.crash.crew import Crew


@pytest.fixture
def crew(tmp_path: Path) -> Iterator[Crew]:
    """Two processes that SIGTERM ends; nobody is started again."""
    made = Crew(tmp_path, tmp_path, {}, 1.0)
    made.restarts = False
    (tmp_path / "log").touch()
    for _ in range(2):
        worker = subprocess.Popen(["sleep", "60"])
        made.workers.append(worker)
        made._logs[worker.pid] = tmp_path / "log"
    try:
        yield made
    finally:
        made.kill()


def test_who_was_lost_at_the_last_moment_is_not_blamed_for_its_end(crew: Crew) -> None:
    crew.lose(crew.workers[0])
    assert crew.end() == []
    assert [code for code, _ in crew.ended] == [-9]


def test_who_dies_of_something_else_than_sigterm_is_blamed(crew: Crew, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = crew.workers[1]
    monkeypatch.setattr(worker, "send_signal", lambda _: os.kill(worker.pid, signal.SIGKILL))
    assert crew.end() == ["a worker ended with code -9 after SIGTERM"]
