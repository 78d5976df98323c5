"""`harmwatch demo`: from nothing to a verified journal, and away without a trace at Ctrl-C."""

import contextlib
import os
import re
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from tests.end_to_end.installation import HARMWATCH, ROOT

pytestmark = pytest.mark.stack
ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("HARMWATCH_")}
PATIENCE_SECONDS = 120
CITY = """
timezone = "Europe/London"
time_format = "%d.%m.%Y %H:%M"
[[file]]
delimiter = ";"
[file.fields]
type = { value = "offence.reported" }
event_id = "Case"
offence_id = "Case"
offender_id = "Suspect"
code = { value = "8N.8.6.0" }
occurred_at = "When"
recorded_at = "When"
"""

Demo = tuple[subprocess.Popen[bytes], Path]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Demo]]:
    """Starts a demo of its own process group, and says where its output goes; its temporary files lie in `tmp_path`."""
    started: list[subprocess.Popen[bytes]] = []

    def begin(*words: str, cwd: Path = ROOT) -> Demo:
        said = tmp_path / "said.txt"
        (tmp_path / "tmp").mkdir()
        with said.open("wb") as out:
            demo = subprocess.Popen(
                [*HARMWATCH, "demo", *words],
                env=ENVIRONMENT | {"TMPDIR": str(tmp_path / "tmp")},
                cwd=cwd,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        started.append(demo)
        return demo, said

    yield begin
    for demo in started:
        demo.kill()
        demo.wait()


def wait_for(demo: Demo, reached: str) -> None:
    process, said = demo
    until = time.monotonic() + PATIENCE_SECONDS
    while reached not in said.read_text():
        assert process.poll() is None, said.read_text()
        assert time.monotonic() < until, said.read_text()
        time.sleep(0.05)


def worker_of(demo: Demo) -> psutil.Process:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        for child in psutil.Process(demo[0].pid).children(recursive=True):
            with contextlib.suppress(psutil.NoSuchProcess):  # it has just ended
                # Before that it is a shell which waits until somebody watches it.
                if child.cmdline()[-1:] == ["worker"] and "sh" not in child.name():
                    return child
        time.sleep(0.01)
    raise AssertionError(demo[1].read_text())


@pytest.mark.thorough
def test_the_demo_ends_verified_whatever_lies_in_the_working_directory(
    start: Callable[..., Demo], tmp_path: Path
) -> None:
    for name in ("models.py", "streams.py", "cli.py"):
        (tmp_path / name).write_text("raise SystemExit('a module of somebody else')\n")
    demo, said = start("--fast", cwd=tmp_path)
    assert demo.wait(PATIENCE_SECONDS) == 0, said.read_text()
    text = said.read_text()
    assert "verified: " in text
    assert "entered the band, at rank" in text
    assert "Alert v100:" in text
    assert re.search(r"Delivered: v100:\d+ as number 1 to http://127.0.0.1:\d+/, signed; .* its receipt \(204\)", text)


@pytest.mark.thorough
def test_a_file_of_ones_own_is_shown_like_the_synthetic_year(start: Callable[..., Demo], tmp_path: Path) -> None:
    mapping = tmp_path / "city.mapping.toml"
    mapping.write_text(CITY)
    # A day for each hundred cases; suspects of the last two months are new, and have more cases than those before.
    rows = [f"c{n};s{n % 300 if n < 1_500 else n % 20 + 500};{n // 100 + 1:02}.03.2024 10:00" for n in range(1_800)]
    city = tmp_path / "city.csv"
    city.write_text("\n".join(["Case;Suspect;When", *rows, "c9999;s1;31.02.2024 10:00", ""]))
    demo, said = start(str(city), "--mapping", str(mapping))
    assert demo.wait(PATIENCE_SECONDS) == 0, said.read_text()
    text = said.read_text()
    assert f"{city}:1802: occurred_at: '31.02.2024 10:00' does not fit %d.%m.%Y %H:%M" in text
    assert "1,800 records on one partition, 1,500 of them as baseline." in text
    assert "1,500 records in " in text
    assert "Now live: the last 300 records of " in text
    assert "s500 entered the band" in text
    assert "Alert v100:" in text
    assert "verified: " in text


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("reached", "seconds"),
    [
        ("", 0.0), ("", 0.3), ("Starting", 0.0), ("Starting", 1.0), ("A synthetic London", 0.0), ("alerts sent", 0.0),
        ("Now live", 0.0),
    ],
)  # fmt: skip
def test_ctrl_c_ends_the_demo_and_everything_it_started(
    start: Callable[..., Demo], tmp_path: Path, reached: str, seconds: float
) -> None:
    demo, said = start("--fast")
    wait_for((demo, said), reached)
    time.sleep(0.1 + seconds)  # the first tenth of a second is Python's own
    started = psutil.Process(demo.pid).children(recursive=True)
    os.killpg(demo.pid, signal.SIGINT)  # as a terminal does
    assert demo.wait(30) == 130
    assert "Traceback" not in said.read_text()
    assert "Abort" not in said.read_text()
    _, left = psutil.wait_procs(started, timeout=10)
    assert not left
    assert not list((tmp_path / "tmp").iterdir())


@pytest.mark.thorough
def test_a_killed_demo_leaves_nothing(start: Callable[..., Demo], tmp_path: Path) -> None:
    demo, said = start("--fast")
    wait_for((demo, said), "Now live")
    started = psutil.Process(demo.pid).children(recursive=True)
    assert any("worker" in child.cmdline() for child in started)
    demo.kill()
    _, left = psutil.wait_procs(started, timeout=30)
    assert not left
    until = time.monotonic() + 60
    while left_over := list((tmp_path / "tmp").iterdir()):
        assert time.monotonic() < until, left_over
        time.sleep(0.05)


@pytest.mark.thorough
@pytest.mark.parametrize("reached", ["", "Now live"])
def test_a_worker_that_dies_ends_the_demo_with_its_last_words(start: Callable[..., Demo], reached: str) -> None:
    demo, said = start("--fast")
    worker = worker_of((demo, said))
    wait_for((demo, said), reached)
    worker.kill()
    assert demo.wait(60) == 1
    assert "harmwatch: the worker has ended with code -9. It said:" in said.read_text()
    assert "Traceback" not in said.read_text()


@pytest.mark.thorough
def test_a_worker_that_cannot_start_is_quoted(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import os, sys\nif sys.orig_argv[-1] == 'worker':\n    os.write(2, b'no room for it')\n    os._exit(7)\n"
    )
    done = subprocess.run(
        [*HARMWATCH, "demo", "--fast"],
        env=ENVIRONMENT | {"PYTHONPATH": str(tmp_path)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 1
    assert "the worker has ended with code 7. It said:\nno room for it" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_file_without_a_good_line_says_where_to_read_on(start: Callable[..., Demo], tmp_path: Path) -> None:
    (tmp_path / "city.jsonl").write_text('{"a":1}\n')
    demo, said = start(str(tmp_path / "city.jsonl"))
    assert demo.wait(60) == 1
    assert "city.jsonl:1: " in said.read_text()
    assert "docs/mapping.md" in said.read_text()
