"""What the relay waits for between two terms, and how long it pauses before the next."""

import logging
from types import TracebackType
from typing import Self

from models.errors import NotAllowed
from runtime.events import Event, happened
from streams.waits import Wait, WaitReason, Waits

AGAIN_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
"""Between two tries at what somebody refuses: only a person mends that, and who asks more often floods their logs."""
log = logging.getLogger(__name__)


class RelayWaits:
    """One wait at a time: for the group to confirm the relay, or for what kept it from its term."""

    def __init__(self, waits: Waits) -> None:
        self._waits = waits
        self._wait: Wait | None = None
        self._is_refused = False
        self.pause_seconds = AGAIN_SECONDS

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.end()

    def is_confirmed(self, owns: bool) -> bool:
        """The same; where it is not, that is what is waited for."""
        if not owns:
            self._stand(WaitReason.OFFICE, "the coordinator has not confirmed that this worker owns partition 0")
        return owns

    def begin_again(self, error: Exception) -> None:
        """A term is over, or never began, because of this."""
        refused = isinstance(error, NotAllowed)
        self.pause_seconds = min(self.pause_seconds * 2, LONGEST_PAUSE_SECONDS) if refused else AGAIN_SECONDS
        if refused and not self._is_refused:  # a person has to act: not only at the wait's next reminder
            facts = happened(Event.WAITING, what=WaitReason.RELAY.name.lower())
            log.warning("waiting for the relay to begin: %s", error, extra=facts)
        elif self._wait is None:
            log.info("the relay begins again: %s", error, extra=happened(Event.RELAY_AGAIN))
        self._is_refused = refused
        self._stand(WaitReason.RELAY, str(error))

    def recovering(self) -> None:
        """What was waited for is there, and the board is being recovered."""
        if self._wait is not None:
            self._waits.change(self._wait, WaitReason.RELAY, "the board is being recovered")

    def end(self) -> None:
        """The relay is in office."""
        self._is_refused = False
        self.pause_seconds = AGAIN_SECONDS
        if self._wait is not None:
            self._waits.end(self._wait)
            self._wait = None

    def _stand(self, what: WaitReason, detail: str) -> None:
        if self._wait is None:
            self._wait = self._waits.begin(what, detail)
        else:
            self._waits.change(self._wait, what, detail)
