"""What the image promises: pinned, small, nobody's, and made of nothing but what it needs."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.deployment.dockerfile import ROOT, Instruction, instructions, sent_to_the_builder, stages


def only(word: str, image: list[Instruction]) -> str:
    """The text of an instruction that stands once."""
    (found,) = [instruction.text for instruction in image if instruction.word == word]
    return found


def test_every_image_is_pinned_to_a_full_version() -> None:
    named = [instruction.text.split()[0] for instruction in instructions() if instruction.word == "FROM"]
    assert len(set(named)) == 1
    assert re.fullmatch(r"python:3\.\d+\.\d+-slim-[a-z]+", named[0])


def test_the_python_is_one_that_the_project_allows() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    oldest = [int(part) for part in project["requires-python"].removeprefix(">=").split(".")]
    found = re.search(r"python:(\d+)\.(\d+)", only("FROM", stages()[-1]))
    assert found is not None
    assert [int(part) for part in found.groups()] >= oldest


def test_nothing_is_fetched_but_packages_pinned_by_hash() -> None:
    for instruction in instructions():
        assert instruction.word not in {"ADD", "ONBUILD", "SHELL"}
        assert not re.search(r"\b(curl|wget|apt-get|git)\b", instruction.text)
        for install in re.findall(r"\binstall [^&]*", instruction.text):
            assert "--require-hashes" in install or "--no-index" in install, install


def test_what_runs_is_nobody_by_number_and_begins_with_harmwatch() -> None:
    image = stages()[-1]
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", only("USER", image))
    assert json.loads(only("ENTRYPOINT", image)) == ["harmwatch"]
    assert json.loads(only("CMD", image)) == ["worker"]
    assert [instruction.word for instruction in image] == ["FROM", "COPY", "ENV", "USER", "ENTRYPOINT", "CMD"]


def test_the_builder_is_sent_the_packages_and_the_files_of_the_project_alone() -> None:
    tools = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]
    found = tools["setuptools"]["packages"]["find"]
    places = {Path(where) / name.rstrip("*.") for where in found["where"] for name in found["include"]}
    folders = {place.parts[0] for place in places if (ROOT / place).exists()}
    assert set(sent_to_the_builder()) == folders | {"pyproject.toml", "README.md", "LICENSE", "requirements"}


HADOLINT = Path(sys.executable).with_name("hadolint")


@pytest.mark.skipif(not HADOLINT.exists(), reason="hadolint has no build for this machine")
def test_hadolint_finds_nothing() -> None:
    done = subprocess.run([HADOLINT, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout
