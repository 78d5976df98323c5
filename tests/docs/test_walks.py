"""The tutorial and the how-to pages: every command of them is run, and what they announce is seen."""

import json
import re
import shlex
import shutil
import subprocess
import uuid
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from embedded.ports import ReservedPort
from tests.conftest import missing
from tests.docs.walk import DOCS, ROOT, announced, blocks, environment, follow, furnish, missing_in

pytestmark = pytest.mark.stack
READ_ALERTS = DOCS / "how-to" / "read-alerts.md"


@pytest.fixture
def settings(stack_environment: dict[str, str]) -> dict[str, str]:
    """The shared stack, as a board of one's own."""
    return {**stack_environment, "HARMWATCH_PREFIX": f"t{uuid.uuid4().hex[:8]}-"}


@pytest.mark.thorough
def test_the_tutorial_comes_out_as_it_says(tmp_path: Path) -> None:
    page = DOCS / "tutorial.md"
    seen = follow(page, furnish(tmp_path), {})
    assert announced(page)
    assert missing_in(seen, page) == [], seen
    assert "Traceback" not in seen


@pytest.mark.thorough
def test_watching_comes_out_as_it_says(settings: dict[str, str], tmp_path: Path) -> None:
    text = (DOCS / "how-to" / "watch.md").read_text("utf-8")
    page = tmp_path / "watch.md"
    ports = {"9461": ReservedPort(), "9460": ReservedPort()}
    page.write_text(re.sub("946[01]", lambda named: str(ports[named[0]].number), text))
    topics = ["harmwatch", "topics", "create", "--partitions", "2"]
    subprocess.run(topics, env=environment(**settings), check=True, capture_output=True)
    seen = follow(page, tmp_path, settings)
    for port in ports.values():
        port.release()
    assert announced(page)
    assert missing_in(seen, page) == [], seen
    assert "Traceback" not in seen


@pytest.mark.thorough
@pytest.mark.parametrize("name", ["load-history", "every-night", "change-a-policy", "dead-letters"])
def test_a_how_to_comes_out_as_it_says(name: str, settings: dict[str, str], tmp_path: Path) -> None:
    page = DOCS / "how-to" / f"{name}.md"
    seen = follow(page, furnish(tmp_path), settings)
    assert announced(page)
    assert missing_in(seen, page) == [], seen
    assert "Traceback" not in seen


def installed_as_documented(page: Path, folder: Path) -> str:
    """A Python that has what the page says to install in a clone, and nothing else."""
    (command,) = re.findall(r"`(pip install [^`]+)`", page.read_text("utf-8"))
    shutil.copytree(ROOT / "client", folder / "client")
    venv.create(folder / "environment", with_pip=True)
    python = str(folder / "environment" / "bin" / "python")
    done = subprocess.run(
        [python, "-m", *shlex.split(command)], cwd=folder, capture_output=True, text=True, check=False
    )  # fmt: skip
    if done.returncode:
        missing(f"a package of {page.name} ({done.stderr[-300:]})")
    return python


@contextmanager
def at_work(command: list[str], settings: dict[str, str], folder: Path) -> Iterator[IO[str]]:
    """What a program that does not end by itself prints; it is killed as it stands."""
    with subprocess.Popen(
        command, env=environment(**settings), cwd=folder, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield process.stdout
        finally:
            process.kill()


@pytest.mark.thorough
@pytest.mark.timeout(300)  # a history is loaded, and an environment is made with what the page installs
def test_the_reader_of_alerts_reads_each_once_and_stops_at_a_gap(settings: dict[str, str], tmp_path: Path) -> None:
    follow(DOCS / "how-to" / "load-history.md", furnish(tmp_path), settings)
    (program,) = blocks(READ_ALERTS, "python")
    tmp_path.joinpath("reader.py").write_text(program)
    command = [installed_as_documented(READ_ALERTS, tmp_path), "reader.py"]

    with at_work(command, settings, tmp_path) as said:
        first = [next(said) for _ in range(4)]
    assert re.fullmatch(r"\S+ v100:baseline:\d+ baseline\n", first[0])
    assert all(line.endswith(" the band\n") for line in first[1:])
    with at_work(command, settings, tmp_path) as said:
        again = next(said)
    assert again == first[-1] or sequence(again) == sequence(first[-1]) + 1

    place = tmp_path / "alerts.place.json"
    kept = json.loads(place.read_text())
    place.write_text(json.dumps(kept | {"sequence": kept["sequence"] - 1}))
    ended = subprocess.run(
        command, env=environment(**settings), cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert f"alert {kept['sequence']} is missing" in ended.stderr


def sequence(line: str) -> int:
    """The number in the id of a line that the program printed."""
    return int(line.split()[1].rpartition(":")[2])
