"""What happens to the stack of a new user: a full disk, a folder or port in use, kills half way, two demos at once."""

import contextlib
import os
import resource
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from embedded.ports import LOOPBACK, ReservedPort
from embedded.stack import Stack
from models.errors import PreconditionFailed
from tests.end_to_end.installation import HARMWATCH
from tests.end_to_end.operator.test_demo import ENVIRONMENT
from tests.end_to_end.troubleshooting import run, said_as_documented, without

pytestmark = [pytest.mark.stack, pytest.mark.thorough]
FULL_AT_THE_START = """
head -c 30M /dev/zero > "$DISK/filling"
if "$@" demo --fast; then exit 9; fi
rm "$DISK/filling"
"""
FULL_ON_THE_WAY = """
"$@" demo > "$SAID" 2>&1 & DEMO=$!
until grep -q "Now live" "$SAID"; do sleep 0.1; done
head -c 200M /dev/zero > "$DISK/filling" || true
if wait $DEMO; then exit 9; fi
cat "$SAID"
rm "$DISK/filling"
"""


def small_disk(folder: Path, script: str) -> str:
    """What a script says that has `folder` as its only disk, of 120 MB; it leaves nothing there."""
    (folder / "disk").mkdir()
    names = {"DISK": str(folder / "disk"), "TMPDIR": str(folder / "disk"), "SAID": str(folder / "said")}
    mount = 'mount -t tmpfs -o size=120m none "$DISK"\n'
    command = ["unshare", "--map-root-user", "--mount", "sh", "-ec"]
    if subprocess.run([*command, mount], env=ENVIRONMENT | names, capture_output=True, check=False).returncode != 0:
        pytest.skip("this machine lets nobody mount a small disk")
    done = subprocess.run(
        [*command, mount + script + '[ -z "$(ls -A "$DISK")" ]', "sh", *HARMWATCH],
        env=ENVIRONMENT | names,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.mark.parametrize("script", [FULL_AT_THE_START, FULL_ON_THE_WAY], ids=["at the start", "on the way"])
def test_a_full_disk(tmp_path: Path, script: str) -> None:
    said_as_documented("The disk of FOLDER", small_disk(tmp_path, script))


def test_a_full_disk_under_a_file(tmp_path: Path) -> None:
    said_as_documented("FILE cannot be written", run(["simulate", "--out", "/dev/full"], 2, cwd=tmp_path))


def test_two_stacks_on_one_folder(tmp_path: Path) -> None:
    with Stack(tmp_path):
        said = run(["stack", "run", "--dir", str(tmp_path), "--", "true"], 1)
    said_as_documented("The folder FOLDER", said)


def test_a_stack_that_was_killed_half_way_is_started_again(tmp_path: Path) -> None:
    for seconds in (0.5, 1.0, 1.5, 2.0):
        stack = subprocess.Popen(
            [*HARMWATCH, "stack", "run", "--dir", str(tmp_path), "--", "sleep", "60"], env=ENVIRONMENT
        )
        time.sleep(seconds)
        stack.kill()
        stack.wait()
    until = time.monotonic() + 60
    while (done := subprocess.run(
        [*HARMWATCH, "stack", "run", "--dir", str(tmp_path), "--", "echo", "up"],
        env=ENVIRONMENT, capture_output=True, text=True, check=False,
    )).returncode != 0:  # fmt: skip
        said_as_documented("The folder FOLDER", done.stderr)  # it is still ending
        assert time.monotonic() < until
    assert done.stdout == "up\n"


def test_a_stack_that_was_killed_together_with_its_guard(tmp_path: Path) -> None:
    words = ["stack", "run", "--dir", str(tmp_path), "--", "sleep", "60"]
    stack = subprocess.Popen([*HARMWATCH, *words], env=ENVIRONMENT)
    left: list[psutil.Process] = []
    try:
        until = time.monotonic() + 60
        while not any(child.info["name"] == "sleep" for child in left):
            assert time.monotonic() < until
            own = {child.pid for child in psutil.Process(stack.pid).children(recursive=True)}
            left = [child for child in psutil.process_iter(["name", "cmdline"]) if child.pid in own]
            time.sleep(0.1)
        for child in left:
            if "embedded.reaper" in child.info["cmdline"]:
                child.kill()
        stack.kill()
        stack.wait()
        said_as_documented("Another Kafka uses", run(["stack", "run", "--dir", str(tmp_path), "--", "true"], 1))
    finally:
        for child in left:
            if child.is_running():
                child.kill()


@pytest.mark.timeout(300)  # two stacks, and a synthetic London on each
def test_two_demos_at_once_are_no_error() -> None:
    with ThreadPoolExecutor(2) as both:
        for said in both.map(lambda _: run(["demo", "--fast"], 0), range(2)):
            assert "verified: " in said


def test_no_port_is_left() -> None:
    before, opened = resource.getrlimit(resource.RLIMIT_NOFILE), []
    resource.setrlimit(resource.RLIMIT_NOFILE, (psutil.Process().num_fds() + 20, before[1]))
    try:
        with contextlib.suppress(OSError):
            while True:
                opened.append(os.open(os.devnull, os.O_RDONLY))
        with pytest.raises(PreconditionFailed) as refused:
            ReservedPort()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
        for number in opened:
            os.close(number)
    said_as_documented("There is no port", str(refused.value))


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can listen on a reserved port")
def test_a_port_that_someone_took_between_two_starts(tmp_path: Path) -> None:
    with Stack(tmp_path) as stack:
        stack.kill_kafka()
        with socket.socket() as other:
            other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            other.bind((LOOPBACK, int(stack.kafka.rpartition(":")[2])))
            other.listen()
            with pytest.raises(PreconditionFailed) as refused:
                stack.start_kafka()
    said_as_documented("Another program has taken", str(refused.value))


def test_a_worker_that_is_killed(tmp_path: Path) -> None:
    environment = without(tmp_path, "nothing")
    (tmp_path / "sitecustomize.py").write_text(
        f"import os, sys\nif sys.orig_argv[-1] == 'worker': os.kill(os.getpid(), {int(signal.SIGKILL)})\n"
    )
    said_as_documented("the worker has ended", run(["demo", "--fast"], 1, environment))
