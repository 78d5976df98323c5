"""Whether the relay's thread turns, and its recovery goes on: a signal of the watchdog, at each of its looks."""

import sys
from types import FrameType

from models.errors import Deaf
from streams.limits import Limits
from streams.relay.relay import Relay
from streams.waits import WaitReason, Waits
from streams.watchdog.count import Count


class RelayCheck:
    """Raises Deaf where the relay stands: at the same step of its code, or at the same place of a recovery.

    While Kafka is away a single question to it may last as long as the watchdog is patient.
    """

    def __init__(self, relay: Relay, waits: Waits, limits: Limits) -> None:
        self._relay = relay
        self._waits = waits
        self._still = Count(limits.looks)
        self._stuck = Count(limits.looks)
        self._frame: FrameType | None = None
        self._step = -1
        self._progress: tuple[int, int] | None = None

    def look(self) -> None:
        """At the thread's step and the recovery's counter, as they are now and were at the look before."""
        answers = not self._waits.stand(WaitReason.KAFKA)
        before, self._progress = self._progress, self._relay.recovery
        goes_on = self._progress is not None and before != self._progress
        if self._still.look(self._stands_still() and answers and not goes_on):
            raise Deaf(
                "the relay's thread does not turn any more: nothing would be published, and nobody would recover"
            )
        if self._stuck.look(answers and before is not None and before == self._progress):
            raise Deaf("the recovery has not got on for long, for no reason that this worker knows")

    def _stands_still(self) -> bool:
        """A frame that was left is another one when its code comes by again, since the one before is still held."""
        ident = self._relay.thread_id
        if ident is None:
            self._frame = None
            return False
        frame = sys._current_frames().get(ident)
        before, self._frame = (self._frame, self._step), frame
        self._step = -1 if frame is None else frame.f_lasti
        return frame is None or before == (frame, self._step)
