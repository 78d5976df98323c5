"""`harmwatch watch`: the board as it moves, in a terminal; plain lines where there is none, or on request."""

import sys
import threading
import time
from dataclasses import dataclass, field

import click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from cli.keyboard import BACKSPACE, ENTER, ESCAPE, keys_at_once, pressed_keys
from cli.watch_look import Observer, Sight
from cli.watch_view import Frame, board_screen, freshness, offender_screen, plain_alert, plain_row
from runtime.settings import Settings
from scoring.policy_file import load_policy

_BELOW_THE_CUT = 200
_LOOK_SECONDS = 0.5
_DRAW_SECONDS = 0.25
_PLAIN_SECONDS = 30.0
_PLAIN_ROWS = 10


def run_watch(settings: Settings, *, plain: bool) -> None:
    """Watches until q, Ctrl-C or the end of the pipe."""
    band_size = load_policy(settings.policy).band_size
    observer = Observer(settings, band_size, _BELOW_THE_CUT)
    try:
        if plain or not (sys.stdin.isatty() and sys.stdout.isatty()):
            _watch_plainly(observer)
        else:
            _Screen(observer, band_size).run()
    except (KeyboardInterrupt, BrokenPipeError):
        pass
    finally:
        observer.close()


def _watch_plainly(observer: Observer) -> None:
    """The first ranks once, then each alert, and twice a minute how fresh that is; at once when it turns stale."""
    known, told_at, was_stale, opened = -1, 0.0, False, False
    while True:
        sight = observer.look()
        if sight.rows and not opened:
            opened = True
            known = sight.alerts[-1].sequence if sight.alerts else 0
            click.echo("\n".join(plain_row(row) for row in sight.rows[:_PLAIN_ROWS]))
        for alert in sight.alerts:
            if opened and alert.sequence > known:
                known = alert.sequence
                click.echo(plain_alert(alert))
        told, stale = freshness(sight, time.monotonic())
        if stale != was_stale or time.monotonic() - told_at >= _PLAIN_SECONDS:
            was_stale, told_at = stale, time.monotonic()
            click.echo(told)
        sys.stdout.flush()
        time.sleep(_LOOK_SECONDS)


@dataclass(slots=True)
class _Screen:
    """The live screen: a thread looks, this one draws and listens to keys."""

    observer: Observer
    band_size: int
    search: str = ""
    opened: str | None = None
    typing: str | None = None
    typed: str = ""
    shown: Sight | None = None
    _console: Console = field(default_factory=Console)
    _ended: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        looking = threading.Thread(target=self._look, daemon=True)
        looking.start()
        try:
            with keys_at_once(), Live(console=self._console, screen=True, auto_refresh=False) as live:
                while not self._ended.is_set():
                    live.update(self._drawn(), refresh=True)
                    for key in pressed_keys(_DRAW_SECONDS):
                        self._press(key)
        finally:
            self._ended.set()
            looking.join(_LOOK_SECONDS)

    def _look(self) -> None:
        while not self._ended.is_set():
            self.observer.look()
            self._ended.wait(_LOOK_SECONDS)

    def _drawn(self) -> Text:
        frame = Frame(
            self._console.width,
            self._console.height,
            self.band_size,
            self.observer.first_ranks or {},
            self.search,
            self.shown is not None,
            None if self.typing is None else f"{self.typing}: {self.typed}_   (Enter, Esc)",
        )
        if self.opened is not None:
            return offender_screen(self.observer.offender(self.opened), self.opened, frame)
        return board_screen(self.shown or self.observer.sight, frame, time.monotonic())

    def _press(self, key: str) -> None:
        if self.typing is not None:
            self._type(key)
        elif key == "q":
            self._ended.set()
        elif key == "p":
            self.shown = None if self.shown else self.observer.sight
        elif key == "/":
            self.typing, self.typed = "search", ""
        elif key == ENTER:
            self.typing, self.typed = "open", ""
        elif key == ESCAPE:
            self.opened, self.search = None, ""

    def _type(self, key: str) -> None:
        if key == ESCAPE:
            self.typing = None
        elif key == ENTER:
            if self.typing == "open":
                self.opened = self.typed or None
            else:
                self.search = self.typed
            self.typing = None
        elif key == BACKSPACE:
            self.typed = self.typed[:-1]
        elif key.isprintable():
            self.typed += key
