"""The table of commands: it says what the commands say, names all of them, and loads none for a help."""

import re
import subprocess
import sys
from inspect import cleandoc
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli.command_group import load_command
from cli.commands import COMMANDS, GROUPS
from cli.main import main
from handbook.documents import document_schema

ROOT = Path(__file__).parents[2]
HELP_SECONDS = 0.3
"""Of a processor, as operators are promised an answer to --help."""

ASKED = """
import sys, time
from cli.entry import run
sys.argv = ["harmwatch", *{words}]
try:
    run()
finally:
    sys.stderr.write(" ".join([str(time.process_time()), *sys.modules]))
"""
OF_FILES_ALONE = {"proof check"}
"""They ask no Kafka, so whatever they print somebody has given away before."""

SLOW = {"kafka", "redis", "pyarrow", "pydantic", "faust", "rich", "numpy"}


@pytest.mark.parametrize("words", COMMANDS)
def test_the_table_says_of_a_command_what_it_says_itself(words: str) -> None:
    first = cleandoc(load_command(words).help or "").split("\n\n")[0]
    assert COMMANDS[words].line == " ".join(first.split())


@pytest.mark.parametrize("line", [*GROUPS.values(), *(row.line for row in COMMANDS.values())])
def test_a_line_is_a_sentence_that_says_what_the_command_does(line: str) -> None:
    assert re.fullmatch(r"[A-Z][a-z]+s\b.*\.", line)


@pytest.mark.parametrize("words", COMMANDS)
def test_every_option_has_a_help(words: str) -> None:
    options = [parameter for parameter in load_command(words).params if isinstance(parameter, click.Option)]
    assert [option.name for option in options if not option.help] == []


@pytest.mark.parametrize("words", COMMANDS)
def test_a_command_prints_a_document_where_a_schema_says_what_stands_in_it(words: str) -> None:
    prints = any(parameter.name == "as_json" for parameter in load_command(words).params)
    assert prints == (document_schema(words) is not None)


@pytest.mark.parametrize("words", [words for words in COMMANDS if "offender_id" in str(document_schema(words))])
def test_a_command_that_prints_persons_can_leave_a_look(words: str) -> None:
    assert COMMANDS[words].names_persons or words in OF_FILES_ALONE


def test_every_command_of_a_shelf_has_a_row_and_every_row_a_place_in_a_group() -> None:
    written = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for path in (ROOT / "cli").rglob("*.py")
        if "\ndef command(" in path.read_text("utf-8")
    }
    assert written == {row.module for row in COMMANDS.values()}
    assert {words.rpartition(" ")[0] for words in COMMANDS} == {"", *GROUPS}


@pytest.mark.parametrize("words", [["--help"], ["topics", "--help"], []], ids=" ".join)
def test_a_help_loads_no_command_and_comes_at_once(words: list[str]) -> None:
    asked = [sys.executable, "-c", ASKED.format(words=words)]
    done = subprocess.run(asked, capture_output=True, text=True, cwd=ROOT, timeout=60, check=False)
    seconds, *modules = done.stderr.splitlines()[-1].split()
    assert not SLOW & set(modules)
    assert not {row.module for row in COMMANDS.values()} & set(modules)
    assert float(seconds) < HELP_SECONDS


@pytest.mark.parametrize("group", ["", *GROUPS])
def test_a_help_gives_each_command_its_whole_line(group: str) -> None:
    said = " ".join(CliRunner().invoke(main, [*group.split(), "--help"]).output.split())
    rows = GROUPS | {words: row.line for words, row in COMMANDS.items()}
    for words, line in rows.items():
        inside, _, name = words.rpartition(" ")
        assert inside != group or f" {name} {line}" in said


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("staus", "No such command 'staus'. Did you mean 'status' or 'stack'?"),
        ("topic create", "No such command 'topic'. Did you mean 'topics'?"),
        ("deadletters lst", "No such command 'lst'. Did you mean 'list'?"),
        ("redrive", "No such command 'redrive'. Did you mean 'deadletters redrive'?"),
        ("brake of", "No such command 'of'.\n"),
        ("status --liv", "No such option: --liv Did you mean --live?"),
        ("--hlp", "No such option: --hlp Did you mean --help?"),
    ],
)
def test_a_mistyped_word_is_answered_with_those_that_come_near_it(typed: str, told: str) -> None:
    answer = CliRunner().invoke(main, typed.split())
    assert answer.exit_code == 2
    assert told in answer.output
