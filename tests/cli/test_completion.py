"""The tab key in a shell: the script is taken, and what it offers is what there is."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli.completion import SHELLS
from cli.main import main

PROGRAMS = Path(sys.executable).parent
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith("HARMWATCH_")},
    "PATH": f"{PROGRAMS}:{os.environ['PATH']}",
}
OFFERED = [
    ("sta", {"stack", "status"}),
    ("deadletters re", {"redrive"}),
    ("pulse --wi", {"--within"}),
    ("deadletters list --reason unknown_", {"unknown_code", "unknown_status"}),
    ("completion ", set(SHELLS)),
]


def run(*words: str, **settings: str) -> str:
    done = subprocess.run(words, env=ENVIRONMENT | settings, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize(("typed", "offered"), OFFERED)
def test_bash_offers_what_there_is(typed: str, offered: set[str]) -> None:
    words = ["harmwatch", *typed.split(" ")]
    quoted = " ".join(f"'{word}'" for word in words)
    script = f"""
        eval "$(harmwatch completion bash)"
        COMP_WORDS=({quoted}) COMP_CWORD={len(words) - 1}
        _harmwatch_completion harmwatch
        printf '%s\\n' "${{COMPREPLY[@]}}"
    """
    assert set(run("bash", "-c", script).split()) == offered


@pytest.mark.parametrize("shell", ["zsh", "fish"])
@pytest.mark.parametrize(("typed", "offered"), OFFERED)
def test_other_shells_hear_what_there_is(shell: str, typed: str, offered: set[str]) -> None:
    """By the question that their scripts ask; fish gives the last word apart."""
    words = ["harmwatch", *typed.split(" ")]
    at = words[-1] if shell == "fish" else str(len(words) - 1)
    said = run("harmwatch", _HARMWATCH_COMPLETE=f"{shell}_complete", COMP_WORDS=" ".join(words), COMP_CWORD=at)
    lines = said.splitlines()
    values = lines[1::3] if shell == "zsh" else [line.split(",")[1].split("\t")[0] for line in lines]
    assert set(values) == offered


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_takes_its_script(shell: str) -> None:
    script = run("harmwatch", "completion", shell)
    assert f"_HARMWATCH_COMPLETE={shell}_complete" in script
    if shutil.which(shell) is None:
        pytest.skip(f"{shell} is not installed")
    subprocess.run([shell, "-n"], input=script, text=True, timeout=60, check=True)


def test_a_shell_that_nobody_knows_is_wrong_use() -> None:
    answer = CliRunner().invoke(main, ["completion", "tcsh"])
    assert answer.exit_code == 2
    assert "tcsh" in answer.output
