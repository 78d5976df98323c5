"""Single keys from a terminal, without Enter and without echo; the terminal is put back afterwards."""

import os
import re
import select
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager

ESCAPE, ENTER, BACKSPACE, REDRAW = "\x1b", "\r", "\x7f", "\x0c"

_SEQUENCE = re.compile(r"\x1b[\[O][0-9;]*[A-Za-z~]")


@contextmanager
def keys_at_once() -> Iterator[None]:
    """While it lasts, every key can be read as soon as it is pressed; Ctrl-C still interrupts."""
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    tty.setcbreak(terminal)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)


def pressed_keys(seconds: float) -> str:
    """What was pressed within `seconds`; arrows and other keys that send a sequence are nothing.

    Raises EOFError once the terminal is gone.
    """
    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    if not ready:
        return ""
    text = os.read(sys.stdin.fileno(), 64).decode(errors="replace")
    if not text:
        raise EOFError("the terminal is gone")
    return _SEQUENCE.sub("", text).replace("\n", ENTER).replace("\x08", BACKSPACE)
