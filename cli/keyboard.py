"""Single keys from a terminal, without Enter and without echo; the terminal is put back afterwards."""

import os
import select
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager

ESCAPE, ENTER, BACKSPACE = "\x1b", "\r", "\x7f"


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
    """What was pressed within `seconds`; arrows and other sequences are one escape followed by their letters."""
    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    if not ready:
        return ""
    text = os.read(sys.stdin.fileno(), 64).decode(errors="replace")
    return text.replace("\n", ENTER).replace("\x08", BACKSPACE)
