"""The bench starts the workers of this project, whatever lies in the working directory."""

from pathlib import Path

import pytest

from bench.race import workers
from tests.end_to_end.installation import Installation
from tests.end_to_end.loading.test_bad_input import a_report
from tests.end_to_end.recovery.test_recovery import small_policy


@pytest.mark.stack
@pytest.mark.thorough
def test_a_module_in_the_working_directory_does_not_stop_a_worker(
    stack_environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    for name in ("models.py", "streams.py"):
        (tmp_path / name).write_text("raise SystemExit('a module of somebody else')\n")
    monkeypatch.chdir(tmp_path)
    for name, value in installation.environment.items():
        monkeypatch.setenv(name, value)
    installation.send([(b"p", a_report())])
    with workers(1):
        assert installation.wait_idle()["lag"] == 0
