"""The board's news: a frame of each view that shows something else."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace

from console.access_log.leases import Place
from console.board_text import ALERTS_SHOWN, ROWS_BELOW, BoardText, StayMark, Wording
from console.frame_source import FrameSource
from console.frames import Frame
from console.freshness import Freshness, fresh_of
from console.officer import Officer
from console.shift import Shifts, why_unfit
from sight.board_view import UNSEEN, BoardView
from sight.printable import printable


class FanOut(FrameSource):
    """Makes a frame of each view that shows something else, in the thread that looks; pages wait in the event loop."""

    is_of_board = True

    def __init__(self, wording: Wording, policy_digest: str, first: BoardView) -> None:
        super().__init__()
        self.wording = wording
        self.shifts = Shifts()
        self._policy_digest = policy_digest
        self._view = first
        self._lock = threading.Lock()
        self._why_unread: Callable[[], str] = lambda: ""
        self._frame = Frame(1, wording.board(first, self.shifts.current), None)

    @property
    def frame(self) -> Frame:
        """The newest one."""
        return self._frame

    def frame_for(self, officer: Officer) -> Frame:
        """For those to whom the board is the only page, without what officers do."""
        return self._frame.alone if officer.sees_one_page else self._frame

    @property
    def view(self) -> BoardView:
        """What the newest look has seen."""
        return self._view

    def fresh(self) -> Freshness:
        """How fresh it is at this moment."""
        fresh = fresh_of(self._view, time.monotonic(), self.wording, self._policy_digest)
        return replace(fresh, desk=printable(self._why_unread()))

    def place(self) -> Place:
        """What is shown now, as the access log names it."""
        lines, view = self.wording.exit_rank + ROWS_BELOW, self._view
        return Place(view.generation, view.entry, lines, ALERTS_SHOWN, is_unseen=view.state == UNSEEN,
                     shown=len(self._frame.text.rows))  # fmt: skip

    def show(self, view: BoardView) -> None:
        """From here on pages show this view; called in any thread."""
        with self._lock:
            self._view = view
            whole = () if why_unfit(view, time.monotonic()) else view.rows
            self._remake(self.wording.board(view, self.shifts.seen(whole)))

    def show_desk(self, stay_mark: Callable[[int], StayMark | None], why_unread: Callable[[], str]) -> None:
        """From here on the list says of each stay where it is at the desk; `why_unread`: why nobody knows."""
        with self._lock:
            self.wording = replace(self.wording, stay_mark=stay_mark)
            self._why_unread = why_unread
        self.show_again()

    def show_again(self) -> None:
        """The same view, of which the desk says something else now; called in any thread."""
        with self._lock:
            self._remake(self.wording.board(self._view, self.shifts.current))

    def begin_shift(self) -> str:
        """Movement counts from here on; called in any thread. Answers why it does not, empty where it does."""
        with self._lock:
            why = why_unfit(self._view, time.monotonic())
            if not why:
                self.shifts.begin(self._view.rows)
                self._remake(self.wording.board(self._view, self.shifts.current))
            return why

    def _remake(self, text: BoardText) -> None:
        before = self._frame
        if text == before.text:
            return
        self._frame = Frame(before.number + 1, text, before.text)
        self._say_there_is_another()
