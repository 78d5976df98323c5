"""The rooms have common names: a module of another distribution in the place of one is named, and nothing starts."""

import os
import shutil
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest

from cli.own_rooms import CLIENT, HOME, ROOMS, build, intruder
from tests.end_to_end.troubleshooting import said_as_documented

HARMWATCH = str(Path(sys.executable).with_name("harmwatch"))


def run(*arguments: str, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    environment = os.environ | ({} if path is None else {"PYTHONPATH": str(path)})
    return subprocess.run([HARMWATCH, *arguments], env=environment, capture_output=True, text=True, check=False)


def test_the_rooms_are_those_of_the_distribution() -> None:
    assert sorted([*ROOMS, CLIENT]) == sorted((distribution("harmwatch").read_text("top_level.txt") or "").split())


def test_our_own_rooms_are_no_intruders() -> None:
    assert intruder() is None


@pytest.mark.parametrize("room", ["models", "intake", "state"])
@pytest.mark.parametrize("form", ["{}.py", "{}/__init__.py"])
def test_a_module_from_elsewhere_is_named(tmp_path: Path, room: str, form: str) -> None:
    stranger = tmp_path / form.format(room)
    stranger.parent.mkdir(exist_ok=True)
    stranger.write_text("")
    done = run("worker", path=tmp_path)
    assert done.returncode == 1
    assert done.stdout == ""
    assert f"the module {room} comes from {stranger}" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    said_as_documented("the module ROOM", done.stderr)


def test_the_version_tells_builds_apart(tmp_path: Path) -> None:
    done = run("--version")
    assert done.stdout == f"harmwatch {distribution('harmwatch').version}, build {build()}\n"
    other = tmp_path / "home"
    for room in (*ROOMS, "client"):
        shutil.copytree(HOME / room, other / room, ignore=shutil.ignore_patterns("__pycache__"))
    assert build(other) == build()
    shutil.move(other / "client" / CLIENT, other / CLIENT)
    shutil.rmtree(other / "client")
    assert build(other) == build(), "in a wheel the client lies beside the rooms"
    script = other / "state" / "lua" / "apply.lua"
    script.write_bytes(script.read_bytes() + b"\n")
    assert build(other) != build()
