"""`harmwatch demo`: from nothing to a verified journal, and away without a trace at Ctrl-C."""

import os
import signal
import subprocess
import time
from pathlib import Path

import psutil
import pytest

from tests.end_to_end.installation import HARMWATCH, ROOT

pytestmark = pytest.mark.stack
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("HARMWATCH_")}


def demo_in(folder: Path, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*HARMWATCH, "demo", "--fast"],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


def test_the_demo_ends_verified() -> None:
    done = demo_in(ROOT, ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    assert "verified: " in done.stdout
    assert "entered the band, at rank" in done.stdout
    assert "Alert v100:" in done.stdout


@pytest.mark.parametrize("reached", ["A synthetic London", "Now live"])
def test_ctrl_c_ends_the_demo_and_everything_it_started(reached: str, tmp_path: Path) -> None:
    said = tmp_path / "demo.txt"
    with said.open("wb") as out:
        demo = subprocess.Popen(
            [*HARMWATCH, "demo", "--fast"],
            env=ENVIRONMENT | {"PYTHONUNBUFFERED": "1"},
            cwd=ROOT,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
        until = time.monotonic() + 120
        while reached not in said.read_text():
            assert demo.poll() is None, said.read_text()
            assert time.monotonic() < until
            time.sleep(0.05)
        started = psutil.Process(demo.pid).children(recursive=True)
        os.killpg(demo.pid, signal.SIGINT)  # as a terminal does
        assert demo.wait(30) == 1
    assert "Traceback" not in said.read_text()
    _, left = psutil.wait_procs(started, timeout=10)
    assert not left


def test_modules_of_the_working_directory_are_not_ours(tmp_path: Path) -> None:
    for name in ("models", "streams", "cli"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('somebody else')", "utf-8")
    done = demo_in(tmp_path, ENVIRONMENT)
    assert done.returncode == 0, done.stderr
    assert "verified: " in done.stdout


def test_a_worker_that_is_killed_at_work_ends_the_demo(tmp_path: Path) -> None:
    said = tmp_path / "demo.txt"
    environment = ENVIRONMENT | {"PYTHONUNBUFFERED": "1"}
    with said.open("wb") as out:
        demo = subprocess.Popen([*HARMWATCH, "demo", "--fast"], env=environment, cwd=ROOT, stdout=out, stderr=out)
        until = time.monotonic() + 120
        while "Now live" not in said.read_text():
            assert demo.poll() is None, said.read_text()
            assert time.monotonic() < until
            time.sleep(0.05)
        (worker,) = worker_of(demo)
        worker.kill()
        assert demo.wait(30) == 1
    assert "the worker has ended with code -9" in said.read_text()
    assert "Traceback" not in said.read_text()


def worker_of(demo: subprocess.Popen[bytes]) -> list[psutil.Process]:
    running = [child for child in psutil.Process(demo.pid).children() if child.status() != psutil.STATUS_ZOMBIE]
    return [child for child in running if child.cmdline()[-1:] == ["worker"]]


def test_a_worker_that_ends_at_the_start_ends_the_demo_with_what_it_said(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\nif sys.orig_argv[-1] == 'worker':\n    os.write(2, b'no room for it')\n    os._exit(7)\n",
        "utf-8",
    )
    done = demo_in(tmp_path, ENVIRONMENT | {"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 1
    assert "the worker has ended with code 7. It said:\nno room for it" in done.stderr
    assert "Traceback" not in done.stderr
