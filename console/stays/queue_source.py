"""The queue's news: a frame of each change that shows, and of each minute, since waiting is told in minutes."""

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from console.board_text import StayMark
from console.frame_source import FrameSource
from console.freshness import Freshness
from console.handover.desk_count import DeskCount, count_desk
from console.stays.clear_alerts import ClearAlerts
from console.stays.desk_reader import Reading
from console.stays.live_desk import DeskState, LiveDesk
from console.stays.queue_frames import QueueFrame
from console.stays.queue_text import NOT_BEGUN, Clock, queue_text
from console.stays.stay_text import marks_of
from models.alert import Alert
from models.errors import Unavailable
from models.instants import HOUR, Micros
from sight.board_view import STALE_SECONDS
from sight.opening import UnsealedAlerts

_MINUTE = HOUR // 60
_UNREAD = "alerts and actions are not read"

Now = Callable[[], Micros | None]
"""The instant up to which terms fall due; None: that of the newest alert or action."""


class QueueSource(FrameSource):
    """Remade in the feed's thread. `board_fresh`: of the board, without which no queue is believed."""

    def __init__(  # noqa: PLR0913, PLR0917  (of which board, from where, in whose words)
        self,
        board: str,
        book: LiveDesk,
        reading: Callable[[], Reading],
        board_fresh: Callable[[], Freshness],
        now: Now,
        clock: Clock,
        in_clear: ClearAlerts | UnsealedAlerts | None = None,
    ) -> None:
        super().__init__()
        self.board, self.book, self.clock = board, book, clock
        self._reading, self._board_fresh, self._now = reading, board_fresh, now
        self._in_clear = UnsealedAlerts(None) if in_clear is None else in_clear
        self._minute: Micros | None = None
        self.numbers = DeskCount()
        self.when_marked: Callable[[], None] = lambda: None
        """called in the feed's thread where the list has something else to say of a stay"""

        self._marks: Mapping[int, StayMark] = {}
        self._frame = QueueFrame(1, NOT_BEGUN, None)

    @property
    def frame(self) -> QueueFrame:
        """The newest one."""
        return self._frame

    def now(self) -> Micros | None:
        """Up to where terms fall due."""
        return self._now()

    def remake(self, *, has_news: bool) -> None:
        """Called again and again, by one thread."""
        now = self._now()
        minute = None if now is None else Micros(now - now % _MINUTE)
        if not has_news and minute == self._minute:
            return
        state = self.book.state(minute)
        text = queue_text(self.board, state.desk, self.alerts(state), self.clock)
        self.numbers = count_desk(state.desk)
        self._minute, before = minute, self._frame
        self._mark(marks_of(state.desk))
        if text != before.text:
            self._frame = QueueFrame(before.number + 1, text, before.text)
            self._say_there_is_another()

    def mark(self, stay: int) -> StayMark | None:
        """Where a stay is at the desk; None: it has none that began so."""
        return self._marks.get(stay)

    def _mark(self, marks: Mapping[int, StayMark]) -> None:
        before, self._marks = self._marks, marks
        if marks != before:
            self.when_marked()

    def alerts(self, state: DeskState) -> Mapping[int, Alert]:
        """Those that began stays, in clear as far as their keys are there now."""
        stays = state.desk.stays
        sealed = {
            number: alert
            for number, alert in state.entrances.items()
            if number in stays and (stays[number].end_sequence is None or stays[number].is_left_unseen)
        }
        try:
            return dict(zip(sealed, self._in_clear.alerts(list(sealed.values())), strict=True))
        except Unavailable:
            return sealed

    def alert(self, state: DeskState, stay: int) -> Alert | None:
        """The one that began a stay, in clear."""
        sent = state.entrances.get(stay)
        try:
            return None if sent is None else self._in_clear.alert(sent)
        except Unavailable:
            return sent

    def why_unread(self) -> str:
        """Why nobody knows what officers do at this moment; empty: the desk is read."""
        reading, stopped = self._reading(), self.book.why_stopped()
        is_old = time.monotonic() - min(reading.alerts_at, reading.actions_at) >= STALE_SECONDS
        return reading.trouble or (_UNREAD if is_old else stopped)

    def fresh(self) -> Freshness:
        """Live where the board is, and both topics were read a moment ago."""
        board, reading, now = self._board_fresh(), self._reading(), time.monotonic()
        ages = {"alerts": now - reading.alerts_at, "actions": now - reading.actions_at}
        details = (f"board seen {_ago(board.age)}", *(f"{what} read {_ago(age)}" for what, age in ages.items()))
        fresh = replace(board, details=details, age=round(max(board.age, *ages.values()), 1))
        oldest, stopped = max(ages.values()), self.book.why_stopped()
        if stopped and board.is_live and not reading.trouble:
            return replace(fresh, is_live=False, word="NOT LIVE", why=stopped)
        if not board.is_live or (oldest < STALE_SECONDS and not reading.trouble):
            return fresh
        why = reading.trouble or _UNREAD
        return replace(fresh, is_live=False, word="STALE", why=f"for {oldest:.0f} s: {why}")


def _ago(seconds: float) -> str:
    return "just now" if seconds < STALE_SECONDS else f"{seconds:.0f} s ago"
