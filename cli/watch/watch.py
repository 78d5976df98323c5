"""`harmwatch watch`: the board as it moves, in a terminal; plain lines where there is none, or on request."""

import sys
import time
from dataclasses import dataclass, field

import click
from rich.console import Console
from rich.live import Live
from rich.text import Text

from cli.terminal import put_back_at_the_end
from cli.watch.keyboard import (
    BACKSPACE,
    DOWN,
    END,
    ENTER,
    ESCAPE,
    HOME,
    PAGE_DOWN,
    PAGE_UP,
    REDRAW,
    UP,
    keys_at_once,
    pressed_keys,
)
from cli.watch.plain import watch_plainly
from cli.watch.view import Frame, board_screen, found_rows, offender_screen
from policies.policy_file import load_policy
from runtime.settings import Settings, load_settings
from sight.board_view import BoardView
from sight.poller import BoardPoller
from sight.poller_thread import PollerThread
from sight.printable import printable

_BELOW_THE_CUT = 200
_DRAW_SECONDS = 0.25
_NO_ROWS = 12
"""Lines of the screen that are none of the ranking, so that a page overlaps the one before."""


@click.command()
@click.option("--plain", is_flag=True, help="Lines instead of a screen: for a screen reader, or a pipe.")
def command(plain: bool) -> None:
    """Shows the board as it moves, live in the terminal."""
    run_watch(load_settings(), plain=plain)


def run_watch(settings: Settings, *, plain: bool) -> None:
    """Watches until q, Ctrl-C or the end of the terminal or pipe."""
    policy = load_policy(settings.policy)
    title = f"board {settings.board}, policy {policy.id} {policy.version}"
    poller = BoardPoller(settings, policy.band_size, policy.exit_rank, _BELOW_THE_CUT)
    try:
        with put_back_at_the_end(), PollerThread(poller) as looking:
            if plain or not (sys.stdin.isatty() and sys.stdout.isatty()) or Console().is_dumb_terminal:
                watch_plainly(poller, title)
            else:
                _Screen(looking, title, policy.band_size).run()
    except (KeyboardInterrupt, BrokenPipeError, EOFError):
        pass


@dataclass(slots=True)
class _Screen:
    """The live screen: draws what has changed and listens to keys."""

    looking: PollerThread
    title: str
    band_size: int
    search: str = ""
    opened: str | None = None
    typing: str | None = None
    typed: str = ""
    marked: str | None = None
    scrolled: int = 0
    paused: BoardView | None = None
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

    @property
    def _sight(self) -> BoardView:
        return self.paused or self.looking.poller.view

    def _draw(self) -> Text:
        poller = self.looking.poller
        frame = Frame(
            self._console.width,
            self._console.height,
            self.band_size,
            poller.first_ranks or {},
            self.search,
            self.paused is not None,
            None if self.typing is None else f"{self.typing}: {printable(self.typed)}_   (Enter, Esc)",
            self.title,
            self.marked,
            self.scrolled,
            self._console.encoding,
        )
        if self.opened is not None:
            return offender_screen(poller.view, self.opened, frame, time.monotonic())
        return board_screen(self._sight, frame, time.monotonic())

    def _press(self, key: str) -> None:
        if self.typing is not None:
            self._type(key)
        elif key == "q":
            self.ended = True
        elif key == REDRAW:
            self._drawn = None
        elif key == "p":
            self.paused = None if self.paused else self.looking.poller.view
        elif key == "/":
            self.typing, self.typed = "search", ""
        elif key == ENTER and self.opened is None:
            if self.marked is not None:
                self._open(self.marked)
            else:
                self.typing, self.typed = "open", ""
        elif key == ESCAPE:
            self._back()
        elif self.opened is not None:
            self.scrolled = moved_by(key, self.scrolled, self._lines_of_the_opened(), self._console.height)
        else:
            self._move_the_mark(key)

    def _back(self) -> None:
        """From a person to where they were opened from; from there to the whole board."""
        if self.opened is not None:
            self._open(None)
        else:
            self.search, self.marked = "", None

    def _type(self, key: str) -> None:
        if key == ESCAPE:
            self.typing = None
        elif key == ENTER:
            if self.typing == "open":
                self._open(self.typed or None)
            else:
                self._find(self.typed)
            self.typing = None
        elif key == BACKSPACE:
            self.typed = self.typed[:-1]
        elif len(key) == 1 and key.isprintable():
            self.typed += key

    def _find(self, search: str) -> None:
        """Marks the first whom the search finds."""
        self.search = search
        found = found_rows(self._sight, search) if search else []
        self.marked = found[0].offender_id if found else None

    def _move_the_mark(self, key: str) -> None:
        """It stays with its person while the ranks move."""
        names = [row.offender_id for row in found_rows(self._sight, self.search)]
        if not names:
            return
        before = names.index(self.marked) if self.marked in names else None
        if before is None:
            at = len(names) - 1 if key == END else 0
        else:
            at = moved_by(key, before, len(names), self._console.height)
        self.marked = names[at]

    def _lines_of_the_opened(self) -> int:
        person = self.looking.poller.view.person
        return len(person.contributions) if person is not None else 0

    def _open(self, offender_id: str | None) -> None:
        self.opened, self.scrolled = offender_id, 0
        self.looking.open_person(offender_id)


def moved_by(key: str, at: int, count: int, page: int) -> int:
    """Where a key leads to from `at` among `count` lines of pages of so many; other keys lead nowhere."""
    page = max(1, page - _NO_ROWS)
    to = {UP: at - 1, DOWN: at + 1, PAGE_UP: at - page, PAGE_DOWN: at + page, HOME: 0, END: count - 1}.get(key, at)
    return max(0, min(to, count - 1))
