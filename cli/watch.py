"""`harmwatch watch`: the board as it moves, in a terminal; plain lines where there is none, or on request."""

import sys
import time
from dataclasses import dataclass, field

from rich.console import Console
from rich.live import Live
from rich.text import Text

from cli.keyboard import BACKSPACE, ENTER, ESCAPE, REDRAW, keys_at_once, pressed_keys
from cli.watch_look import Observer, Sight
from cli.watch_looking import Looking
from cli.watch_plain import watch_plainly
from cli.watch_view import Frame, board_screen, offender_screen
from runtime.settings import Settings
from scoring.policy_file import load_policy

_BELOW_THE_CUT = 200
_DRAW_SECONDS = 0.25


def run_watch(settings: Settings, *, plain: bool) -> None:
    """Watches until q, Ctrl-C or the end of the terminal or pipe."""
    band_size = load_policy(settings.policy).band_size
    observer = Observer(settings, band_size, _BELOW_THE_CUT)
    try:
        with Looking(observer) as looking:
            if plain or not (sys.stdin.isatty() and sys.stdout.isatty()) or Console().is_dumb_terminal:
                watch_plainly(observer)
            else:
                _Screen(looking, band_size).run()
    except (KeyboardInterrupt, BrokenPipeError, EOFError):
        pass


@dataclass(slots=True)
class _Screen:
    """The live screen: draws what has changed and listens to keys."""

    looking: Looking
    band_size: int
    search: str = ""
    opened: str | None = None
    typing: str | None = None
    typed: str = ""
    paused: Sight | None = None
    ended: bool = False
    _console: Console = field(default_factory=Console)
    _drawn: Text | None = None

    def run(self) -> None:
        with keys_at_once(), Live(console=self._console, screen=True, auto_refresh=False) as live:
            while not self.ended:
                fresh = self._draw()
                if fresh != self._drawn:
                    live.update(fresh, refresh=True)
                    self._drawn = fresh
                for key in pressed_keys(_DRAW_SECONDS):
                    self._press(key)

    def _draw(self) -> Text:
        observer = self.looking.observer
        frame = Frame(
            self._console.width,
            self._console.height,
            self.band_size,
            observer.first_ranks or {},
            self.search,
            self.paused is not None,
            None if self.typing is None else f"{self.typing}: {self.typed}_   (Enter, Esc)",
        )
        if self.opened is not None:
            return offender_screen(observer.sight, self.opened, frame, time.monotonic())
        return board_screen(self.paused or observer.sight, frame, time.monotonic())

    def _press(self, key: str) -> None:
        if self.typing is not None:
            self._type(key)
        elif key == "q":
            self.ended = True
        elif key == REDRAW:
            self._drawn = None
        elif key == "p":
            self.paused = None if self.paused else self.looking.observer.sight
        elif key == "/":
            self.typing, self.typed = "search", ""
        elif key == ENTER:
            self.typing, self.typed = "open", ""
        elif key == ESCAPE:
            self.search = ""
            self._open(None)

    def _type(self, key: str) -> None:
        if key == ESCAPE:
            self.typing = None
        elif key == ENTER:
            if self.typing == "open":
                self._open(self.typed or None)
            else:
                self.search = self.typed
            self.typing = None
        elif key == BACKSPACE:
            self.typed = self.typed[:-1]
        elif key.isprintable():
            self.typed += key

    def _open(self, offender_id: str | None) -> None:
        self.opened = offender_id
        self.looking.open_person(offender_id)
