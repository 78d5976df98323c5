"""The tutorial and the how-to pages: every command of them is run, and what they announce is seen."""

import json
import re
import shlex
import subprocess
import uuid
import venv
from pathlib import Path

import pytest

from tests.conftest import missing
from tests.docs.walk import DOCS, announced, blocks, environment, follow, furnish, missing_in

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
@pytest.mark.parametrize("name", ["load-history", "every-night", "change-a-policy", "dead-letters"])
def test_a_how_to_comes_out_as_it_says(name: str, settings: dict[str, str], tmp_path: Path) -> None:
    page = DOCS / "how-to" / f"{name}.md"
    seen = follow(page, furnish(tmp_path), settings)
    assert announced(page)
    assert missing_in(seen, page) == [], seen
    assert "Traceback" not in seen


def installed_as_documented(page: Path, folder: Path) -> str:
    """A Python that has what the page says to install, and nothing else."""
    (command,) = re.findall(r"`(pip install [^`]+)`", page.read_text("utf-8"))
    venv.create(folder, with_pip=True)
    done = subprocess.run(
        [folder / "bin" / "python", "-m", *shlex.split(command)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        missing(f"a package of {page.name} ({done.stderr[-300:]})")
    return str(folder / "bin" / "python")


@pytest.mark.thorough
@pytest.mark.timeout(300)  # a history is loaded, and an environment is made with what the page installs
def test_the_reader_of_alerts_reads_each_once_and_stops_at_a_gap(settings: dict[str, str], tmp_path: Path) -> None:
    follow(DOCS / "how-to" / "load-history.md", furnish(tmp_path), settings)
    (program,) = blocks(READ_ALERTS, "python")
    tmp_path.joinpath("reader.py").write_text(program)
    python = installed_as_documented(READ_ALERTS, tmp_path / "environment")

    def read(code: int = 0) -> list[str]:
        done = subprocess.run(
            [python, "reader.py", "--once"],
            env=environment(**settings), cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stderr
        return (done.stdout + done.stderr).splitlines()

    first = read()
    assert first[0].endswith("the band has 100 people")
    assert len(first) > 2
    assert all(line.endswith(" the band") for line in first[1:])
    assert read() == []
    place = tmp_path / "alerts.place.json"
    known = json.loads(place.read_text())
    place.write_text(json.dumps({"offset": known["offset"] - 2, "sequence": known["sequence"] - 3}))
    assert "is missing" in read(code=1)[-1]
