"""Alerts in clear over a connection to the key store that is opened again after a failure."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

from models.alert import Alert
from models.errors import Unavailable, WrongUse
from models.key_store import Key
from runtime.events import Event, happened
from runtime.settings import Settings
from sight.opening import UnsealedAlerts

AGAIN_SECONDS = 2.0
"""Who asks meanwhile hears at once that it is away: one that hangs holds up no page more often than so."""

Answer = TypeVar("Answer")
log = logging.getLogger(__name__)


class ClearAlerts:
    """The alerts of a console's board in clear. Any thread may ask; it may take as long as the key store does."""

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.monotonic) -> None:
        """Raises WrongUse, Unavailable."""
        self._settings, self._clock = settings, clock
        self._lock = threading.Lock()
        self._opened: UnsealedAlerts | None = UnsealedAlerts.of(settings)
        self._trouble, self._again_at = "", 0.0

    def alert(self, sent: Alert) -> Alert:
        """One. Raises Unavailable."""
        return self.alerts([sent])[0]

    def alerts(self, sent: Sequence[Alert]) -> tuple[Alert, ...]:
        """Many at one moment. Raises Unavailable."""
        return self._ask(lambda opened: opened.alerts(sent))

    def find(self, key_id: str) -> Key | None:
        """A key that was not destroyed; None also without a key store. Raises Unavailable."""
        return self._ask(lambda opened: opened.find(key_id))

    def _ask(self, asked: Callable[[UnsealedAlerts], Answer]) -> Answer:
        with self._lock:
            try:
                answer = asked(self._open())
            except (Unavailable, WrongUse) as error:
                self._fail(str(error))
                raise Unavailable(str(error)) from error
            self._trouble = ""
            return answer

    def close(self) -> None:
        """Ends the connection."""
        with self._lock:
            self._close()

    def _open(self) -> UnsealedAlerts:
        if self._opened is None:
            if self._clock() < self._again_at:
                raise Unavailable(self._trouble)
            self._opened = UnsealedAlerts.of(self._settings)
        return self._opened

    def _fail(self, why: str) -> None:
        if why != self._trouble:
            log.warning("alerts cannot be read in clear now: %s", why, extra=happened(Event.NO_ALERTS))
        if self._clock() >= self._again_at:
            self._trouble, self._again_at = why, self._clock() + AGAIN_SECONDS
        self._close()

    def _close(self) -> None:
        if self._opened is not None:
            self._opened.close()
        self._opened = None
