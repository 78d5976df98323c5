"""Single keys from a terminal, without Enter and without echo; the terminal is put back afterwards."""

import codecs
import os
import re
import select
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager

ESCAPE, ENTER, BACKSPACE, REDRAW = "\x1b", "\r", "\x7f", "\x0c"
UP, DOWN, PAGE_UP, PAGE_DOWN, HOME, END = "up", "down", "page up", "page down", "home", "end"

_SEQUENCE = re.compile(r"\x1b[\[O][0-9;]*[A-Za-z~]")
_UNFINISHED = re.compile(r"\x1b([\[O][0-9;]*)?$")
_NAMES = {"A": UP, "B": DOWN, "H": HOME, "F": END, "1~": HOME, "4~": END, "5~": PAGE_UP, "6~": PAGE_DOWN, "7~": HOME,
          "8~": END}  # fmt: skip
"""What follows ESC [ or ESC O, by xterm, the Linux console, rxvt and screen."""
_REST_SECONDS = 0.05
"""A key's sequence may come in two pieces; no one presses Escape and a bracket as fast."""


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


def pressed_keys(seconds: float) -> list[str]:
    """What was pressed within `seconds`: letters, and the names above; other keys that send a sequence are nothing.

    Raises EOFError once the terminal is gone.
    """
    if not _is_ready(seconds):
        return []
    decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
    text = decoder.decode(_read())
    while (_UNFINISHED.search(text) or decoder.getstate()[0]) and _is_ready(_REST_SECONDS):
        text += decoder.decode(_read())
    return list(keys_of(text))


def keys_of(text: str) -> Iterator[str]:
    """The keys that send these letters."""
    at = 0
    for sequence in _SEQUENCE.finditer(text):
        yield from map(_plain, text[at : sequence.start()])
        at = sequence.end()
        if name := _NAMES.get(sequence.group()[2:]):
            yield name
    yield from map(_plain, text[at:])


def _plain(letter: str) -> str:
    return {"\n": ENTER, "\x08": BACKSPACE}.get(letter, letter)


def _is_ready(seconds: float) -> bool:
    ready, _, _ = select.select([sys.stdin], [], [], seconds)
    return bool(ready)


def _read() -> bytes:
    pressed = os.read(sys.stdin.fileno(), 64)
    if not pressed:
        raise EOFError("the terminal is gone")
    return pressed
