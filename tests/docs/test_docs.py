"""The documents name everything that there is, and nothing that there is not."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli.command_group import load_command
from cli.commands import COMMANDS
from models.topics import ALL_TOPICS
from runtime.settings import Settings
from sight.look_document import STATES
from state.keys import NAMES
from tests.conftest import REAL_INPUT
from tests.crash.armed_worker import VARIABLE

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *ROOT.glob("*.md"),
    *(path for folder in ("docs", "policies") for path in (ROOT / folder).rglob("*.md")),
]
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text("utf-8")
LOCKS = [ROOT / "requirements" / name for name in ("dev.txt", "run.txt", "extras.txt")]


def commands() -> Iterator[tuple[str, click.Command]]:
    for words in COMMANDS:
        yield f"harmwatch {words}", load_command(words)


def options() -> Iterator[tuple[str, str]]:
    for words, command in commands():
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                yield words, parameter.opts[0]


def row_of(words: str) -> str:
    """The row of the table of commands that describes a command."""
    return next(line for line in CONFIGURATION.splitlines() if re.match(rf"\| `{words}[ `]", line))


@pytest.mark.parametrize("words", [words for words, _ in commands()])
def test_every_command_has_a_row(words: str) -> None:
    assert row_of(words)


@pytest.mark.parametrize(("words", "option"), [pair for pair in options() if pair[1] != "--json"])
def test_every_option_stands_in_the_row_of_its_command(words: str, option: str) -> None:
    assert f"`{option}" in row_of(words)


def test_every_state_of_a_board_is_explained() -> None:
    (explained,) = re.findall(r"^The states of a board in `status`:.*?\n\n", CONFIGURATION, re.DOTALL | re.MULTILINE)
    assert sorted(re.findall(r"`(\w+)` \(", explained)) == sorted(STATES)


@pytest.mark.parametrize("setting", list(Settings.model_fields))
def test_every_setting_has_one_row(setting: str) -> None:
    assert CONFIGURATION.count(f"\n| `HARMWATCH_{setting.upper()}` |") == 1


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_no_document_names_a_setting_that_there_is_not(document: Path) -> None:
    known = {f"HARMWATCH_{setting.upper()}" for setting in Settings.model_fields} | {VARIABLE, REAL_INPUT}
    assert set(re.findall(r"HARMWATCH_[A-Z_]*[A-Z]", document.read_text("utf-8"))) <= known


@pytest.mark.parametrize("name", [*(topic.name for topic in ALL_TOPICS), *NAMES])
def test_every_topic_and_key_has_a_row(name: str) -> None:
    assert f"\n| `{name}` |" in CONFIGURATION


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text("utf-8")):
        assert "://" in target or (document.parent / target).exists(), target


def test_every_file_that_the_architecture_names_is_there() -> None:
    page, laws = ((ROOT / name).read_text("utf-8") for name in ("ARCHITECTURE.md", "docs/laws.md"))
    named = re.findall(r"\b[a-z_]+/[\w/.-]*", page) + re.findall(r"`([a-z_]+/[\w/.-]*)", laws)
    assert named
    for path in named:
        assert (ROOT / path.rstrip(".")).exists(), path


def test_the_architecture_is_read_in_one_sitting() -> None:
    lines = (ROOT / "ARCHITECTURE.md").read_text("utf-8").splitlines()
    assert len(lines) <= 120
    assert [line[:60] for line in lines if len(line) > 280] == []


@pytest.mark.parametrize("document", ["README.md", "CONTRIBUTING.md"])
def test_every_make_target_that_is_named_is_there(document: str) -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = re.findall(r"\bmake ([a-z]+)  ", (ROOT / document).read_text("utf-8"))
    assert named
    for target in named:
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_empty_line_breaks_a_table(document: Path) -> None:
    """What follows would be shown as text, for every table begins with a row of names and one of lines."""
    lines = ["", *document.read_text("utf-8").splitlines(), ""]
    begins = [place for place in range(1, len(lines)) if lines[place].startswith("| ") and not lines[place - 1]]
    assert [lines[place] for place in begins if not re.match(r"\|[ :]*--", lines[place + 1])] == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_holds_versions_and_hashes_and_no_address(lock: Path) -> None:
    for line in lock.read_text("utf-8").splitlines():
        assert "://" not in line, line
        assert not line.startswith("-"), line
        assert re.match(r"[a-z0-9._-]+==|    --hash=sha256:[0-9a-f]{64}|\s*#|$", line), line


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_a_lock_holds_every_package_that_the_service_needs(lock: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    locked = set(re.findall(r"^([a-z0-9._-]+)==", lock.read_text("utf-8"), re.MULTILINE))
    wanted = {re.split(r"[^A-Za-z0-9._-]", line)[0].lower() for line in project["dependencies"]}
    assert wanted <= locked


def test_the_changelog_of_a_version_can_be_read_in_a_minute() -> None:
    lines = (ROOT / "CHANGELOG.md").read_text("utf-8").splitlines()
    _, *entries = [line for line in lines if line.startswith(("## ", "- "))]
    assert len([line for line in entries if line.startswith("- ")]) <= 40
    assert len(entries) == len(set(entries))
