"""The tutorial and the how-to pages: every command of them is run, and what they announce is seen."""

import json
import re
import shlex
import shutil
import subprocess
import sys
import uuid
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import pytest

from embedded.ports import ReservedPort
from runtime.worker_name import worker_name
from tests.conftest import missing
from tests.docs.older_build import NEWEST, OLDER, install_older
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
def test_the_first_webhook_comes_out_as_it_says(settings: dict[str, str], tmp_path: Path) -> None:
    """Beside the stack of the tests, which is at work already."""
    text = (DOCS / "tutorials" / "your-first-webhook.md").read_text("utf-8")
    page, port = tmp_path / "page.md", ReservedPort()
    page.write_text(text.replace("8080", str(port.number)).replace("harmwatch stack run -- bash", "bash"))
    port.release()
    seen = follow(page, tmp_path, settings)
    assert announced(page)
    assert missing_in(seen, page) == [], seen
    assert "Traceback" not in seen


@pytest.mark.thorough
@pytest.mark.timeout(400)  # a wheel is built, two workers go, two come, and a board is looked through twice
def test_upgrading_comes_out_as_it_says(settings: dict[str, str], tmp_path: Path) -> None:
    """From two workers of an earlier release to two of this one, by their doctors and verifications."""
    written, page = DOCS / "how-to" / "upgrade.md", tmp_path / "upgrade.md"
    older = install_older(tmp_path / "older")
    subprocess.run(["harmwatch", "topics", "create", "--partitions", "2"], env=environment(**settings), check=True)
    before = f"""```bash
PATH={older}:$PATH
hash -r
harmwatch worker 2> first.log &
harmwatch worker 2> second.log &
harmwatch ingest reports.jsonl
harmwatch status --wait-idle 120
```
"""
    shutil.copy(ROOT / "models" / "schemas" / "examples" / "offences.v1.good.jsonl", tmp_path / "reports.jsonl")
    install, between = "```bash\nPATH=${PATH#*:}\nhash -r\n```\n", "harmwatch doctor\n"
    text = (
        written.read_text("utf-8")
        .replace("## 2.", f"{install}## 2.")
        .replace("kill -TERM %2", f"{between}kill -TERM %2")
        .replace(
            between, "for _ in {1..60}; do harmwatch doctor > looked.txt && break; sleep 1; done; cat looked.txt\n"
        )
    )
    page.write_text(before + text)
    seen = follow(page, tmp_path, settings)
    assert announced(page)
    assert missing_in(seen, page) == [], seen
    assert "FAULT" not in seen
    assert seen.count("verified: ") == 2
    ours, theirs = worker_name(), worker_name().replace(NEWEST, OLDER)
    told = re.findall(r"board\.versions +(.*)", seen)
    assert told == [f"every worker is {theirs}", f"this is {ours}, and workers are {theirs}", f"every worker is {ours}"]
    assert "Traceback" not in seen


@pytest.mark.thorough
@pytest.mark.timeout(900)  # some 80 packages are fetched, and installed
def test_an_install_without_a_network_comes_out_as_it_says(tmp_path: Path) -> None:
    page = DOCS / "how-to" / "offline.md"
    clone, machine = tmp_path / "clone", tmp_path / "machine"
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, check=True, capture_output=True).stdout
    clone.mkdir()
    subprocess.run(["tar", "-x"], cwd=clone, input=archive, check=True)
    collecting, installing = blocks(page, "bash")
    path = f"{Path(sys.base_prefix) / 'bin'}:/usr/bin:/bin"
    typed(collecting, clone, environment(PATH=path))
    machine.mkdir()
    shutil.move(clone / "wheelhouse", machine / "wheelhouse")
    nowhere = dict.fromkeys(("PIP_INDEX_URL", "http_proxy", "https_proxy"), "http://127.0.0.1:1/")
    seen = typed(installing, machine, environment(PATH=path, **nowhere))
    assert missing_in(seen, page) == [], seen


def typed(commands: str, folder: Path, own: dict[str, str]) -> str:
    """Into one shell, which ends at the first that fails; what was seen."""
    done = subprocess.run(
        ["bash", "-e"], input=commands, cwd=folder, env=own, capture_output=True, text=True, timeout=800, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


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
