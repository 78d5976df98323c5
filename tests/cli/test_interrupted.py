"""Ctrl-C is answered with 130, also where what it interrupted fails while it is cleaned up."""

import signal
import subprocess
import sys
from subprocess import PIPE

import click
import pytest
from click.testing import CliRunner

from cli.main import _Answers
from models.errors import Unavailable, WrongUse
from tests.end_to_end.installation import ROOT


class _OneCommand(_Answers):
    """Its only command is interrupted, or is not, and then fails."""

    def __init__(self, error: Exception, *, is_interrupted: bool) -> None:
        super().__init__("harmwatch")
        self._error, self._is_interrupted = error, is_interrupted

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command:
        return click.Command(cmd_name, callback=self._fail)

    def _fail(self) -> None:
        try:
            if self._is_interrupted:
                raise KeyboardInterrupt
        finally:
            raise self._error


@pytest.mark.parametrize(
    ("error", "is_interrupted", "code"),
    [
        (Unavailable("Kafka does not answer"), True, 130), (Unavailable("Kafka does not answer"), False, 1),
        (WrongUse("no such file"), True, 130), (WrongUse("no such file"), False, 2),
        (RuntimeError("closed already"), True, 130),
    ],
)  # fmt: skip
def test_what_fails_while_ctrl_c_is_cleaned_up_is_still_ctrl_c(
    error: Exception, is_interrupted: bool, code: int
) -> None:
    outcome = CliRunner().invoke(_OneCommand(error, is_interrupted=is_interrupted), ["board"])
    assert (outcome.exit_code, str(error) in outcome.output) == (code, code != 130)


SCRIPT = """
import sys, time
import click
import cli.main
from cli.entry import run

class Pool:
    def __del__(self):
        print("finalizing", flush=True)
        time.sleep(60)

@click.command()
def board():
    Pool()
    {then}
    raise RuntimeError("the interrupt is lost")

class OneCommand(cli.main._Answers):
    def get_command(self, ctx, name):
        return board

cli.main.main = OneCommand("harmwatch")
sys.argv = ["harmwatch", "board"]
run()
"""


@pytest.mark.parametrize("then", ["time.sleep(60)", "raise OSError('what was asked was interrupted as well')"])
def test_ctrl_c_in_a_finalizer_where_python_cannot_raise_it_is_not_lost(then: str) -> None:
    script = [sys.executable, "-c", SCRIPT.format(then=then)]
    with subprocess.Popen(script, cwd=ROOT, stdout=PIPE, stderr=PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "finalizing\n"
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=30)
    assert (process.returncode, out, errors) == (130, "", "")
