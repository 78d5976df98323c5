"""The documents name everything that there is, and their links lead somewhere."""

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from cli.main import main
from models.topics import TOPICS
from runtime.settings import Settings
from state.keys import NAMES

ROOT = Path(__file__).parents[2]
DOCUMENTS = [
    *(path for path in ROOT.glob("*.md")),
    *(path for folder in ("docs", "policies") for path in (ROOT / folder).rglob("*.md")),
]
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text("utf-8")


def commands(group: click.Group, words: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{words}{name} ")
        else:
            yield words + name


@pytest.mark.parametrize("command", list(commands(main)))
def test_every_command_is_named(command: str) -> None:
    assert command in CONFIGURATION


@pytest.mark.parametrize("setting", list(Settings.model_fields))
def test_every_setting_is_named(setting: str) -> None:
    assert f"`HARMWATCH_{setting.upper()}`" in CONFIGURATION


@pytest.mark.parametrize("name", [*(topic.name for topic in TOPICS), *NAMES])
def test_every_topic_and_key_is_named(name: str) -> None:
    assert f"`{name}`" in CONFIGURATION


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_every_relative_link_leads_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", document.read_text("utf-8")):
        assert "://" in target or (document.parent / target).exists(), target
