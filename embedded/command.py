"""A command with a stack around it: `harmwatch stack run -- COMMAND...`."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from embedded.stack import Stack

COMMAND_NOT_FOUND = 127  # what a shell answers
KILLED_BY_SIGNAL = 128
PASSED_ON = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT)


def run_with_stack(command: Sequence[str], directory: Path | None) -> int:
    """Run `command` with HARMWATCH_KAFKA and HARMWATCH_REDIS set to a new stack; answer its exit code.

    128 and the signal's number if a signal ended it, 127 if there is no such command. Standard output is the
    command's alone. Ctrl-C ends the command, and the stack after it. To be called in the main thread.
    Raises PreconditionFailed if the stack does not start.
    """
    if shutil.which(command[0]) is None:
        _say(f"There is no command {command[0]}: look at its name, and at PATH.")
        return COMMAND_NOT_FOUND
    with Stack(directory, _say) as stack:
        process = stack.start_command(command)
        with _passing_signals_to(process):
            code = process.wait()
    return code if code >= 0 else KILLED_BY_SIGNAL - code


@contextmanager
def _passing_signals_to(process: subprocess.Popen[bytes]) -> Iterator[None]:
    """Signals that would end us go to the command instead, and its end is ours.

    The terminal sends Ctrl-C to the command as well as to us, so the first SIGINT is not sent once more.
    A second one is, for a sender who means us alone (the rule of `uv run`).
    """
    interrupts = 0

    def pass_on(number: int, _: FrameType | None) -> None:
        nonlocal interrupts
        interrupts += number == signal.SIGINT
        if number != signal.SIGINT or interrupts > 1:
            process.send_signal(number)

    before = {number: signal.signal(number, pass_on) for number in PASSED_ON}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _say(line: str) -> None:
    sys.stderr.write(f"{line}\n")
    sys.stderr.flush()
