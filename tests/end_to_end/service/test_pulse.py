"""The health check of one worker: it turns or not, whatever the board does."""

import os
import signal
import time
from pathlib import Path

import pytest

from embedded.stack import Stack
from tests.end_to_end.installation import Installation
from tests.end_to_end.recovery.test_recovery import small_policy

pytestmark = pytest.mark.stack


def beats(installation: Installation, wanted: bool) -> None:
    """Until the command answers so."""
    until = time.monotonic() + 60
    while installation.say("pulse", "--within", "2").code != (0 if wanted else 1):
        assert time.monotonic() < until, installation.say("pulse").output
        time.sleep(0.1)


@pytest.mark.thorough
def test_a_worker_has_a_pulse_while_it_turns_and_none_while_it_stands_still(tmp_path: Path) -> None:
    with Stack(tmp_path / "stack") as stack:
        file = tmp_path / "pulse"
        installation = Installation(
            stack.environment(), tmp_path, policy=small_policy(tmp_path), clock="event", pulse=str(file)
        )
        try:
            assert installation.say("pulse").code == 1
            worker = installation.start_worker()
            installation.wait_idle()
            beats(installation, True)
            os.kill(worker.pid, signal.SIGSTOP)
            beats(installation, False)
            os.kill(worker.pid, signal.SIGCONT)
            beats(installation, True)
            stack.kill_valkey()  # the board is red, and the worker waits
            time.sleep(3)
            beats(installation, True)
            said = installation.say("status")
            assert (said.code, "a worker has been waiting" in said.errors, "s for the store" in said.errors) == (
                1, True, True,
            )  # fmt: skip
        finally:
            installation.end_workers(signal.SIGKILL)
        beats(installation, False)


def test_without_a_file_nobody_can_tell(stack_environment: dict[str, str], tmp_path: Path) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path))
    said = installation.say("pulse")
    assert (said.code, "HARMWATCH_PULSE names no file" in said.errors) == (2, True)
