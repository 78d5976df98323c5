"""A thread that looks at the board again and again, so that the screen never waits for Kafka or Redis."""

import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

from sight.board_view import BoardView
from sight.poller import BoardPoller

LOOK_SECONDS = 0.5


def _nobody_waits(_: BoardView) -> None:
    pass


class PollerThread:
    """Looks for as long as the block; `poller.view` is the newest view, and `tell` hears of each, in this thread."""

    def __init__(self, poller: BoardPoller, tell: Callable[[BoardView], None] = _nobody_waits) -> None:
        self.poller = poller
        self._tell = tell
        self._ended = threading.Event()
        self._hurry = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        """Ends it; a look that still waits for an answer ends with the process."""
        self._ended.set()
        self._hurry.set()
        self._thread.join(LOOK_SECONDS)

    @property
    def is_alive(self) -> bool:
        """Whether it looks: it ends with the block, or by what nobody has foreseen."""
        return self._thread.is_alive()

    def open_person(self, offender_id: str | None) -> None:
        """Looks at one person as well, at once; None: at none any more."""
        self.poller.wanted = offender_id
        self._hurry.set()

    def _look(self) -> None:
        while not self._ended.is_set():
            self._hurry.clear()
            self._tell(self.poller.look())
            self._hurry.wait(LOOK_SECONDS)
        self.poller.close()
