"""The named waits of a worker: each may last as long as it lasts, and is logged once and then every 30 s."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from threading import Lock

from runtime.events import Event, happened
from runtime.pulse import Standing

SAY_AFTER_SECONDS = 1.0
"""What is over by then is nobody's concern."""

SAY_AGAIN_SECONDS = 30.0
log = logging.getLogger(__name__)


class WaitReason(StrEnum):
    """What a worker may wait for; docs/troubleshooting.md tells what each means."""

    STORE = "the store"
    BOARD = "the board to be opened"
    OUTBOX = "room in the outbox"
    CLOCK = "the clocks"
    KAFKA = "Kafka"
    TRANSACTION = "a transaction to end"
    RIGHT = "a right on Kafka"
    OFFICE = "the group to confirm the relay"
    RELAY = "the relay to begin"


HOLDS_UP_RUNS = tuple(what for what in WaitReason if what not in (WaitReason.OFFICE, WaitReason.RELAY))
"""While one of these stands, nobody wonders why no run is fetched or applied."""


@dataclass(slots=True, eq=False)
class Wait:
    """One wait; `detail` may change while it lasts. `partition` None: the whole worker waits."""

    what: WaitReason
    since: float
    partition: int | None = None
    detail: str = ""
    say_at: float = 0.0

    @property
    def is_said(self) -> bool:
        """Whether the log tells of it."""
        return self.say_at > self.since + SAY_AFTER_SECONDS

    @property
    def render(self) -> str:
        """What is waited for, and why."""
        where = "" if self.partition is None else f" on partition {self.partition}"
        return f"{self.what}{where}" + (f": {self.detail}" if self.detail else "")


class Waits:
    """All that stand now; of every thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._standing: list[Wait] = []
        self._lock = Lock()

    @contextmanager
    def waiting(self, what: WaitReason, detail: str = "", partition: int | None = None) -> Iterator[Wait]:
        """A wait for as long as the block."""
        wait = self.begin(what, detail, partition)
        try:
            yield wait
        finally:
            self.end(wait)

    def begin(self, what: WaitReason, detail: str = "", partition: int | None = None) -> Wait:
        """A wait until `end`."""
        now = self._clock()
        wait = Wait(what, now, partition, detail, now + SAY_AFTER_SECONDS)
        with self._lock:
            self._standing.append(wait)
        return wait

    def end(self, wait: Wait) -> None:
        """It is over; what was logged of it gets a last line. A second time changes nothing."""
        with self._lock:
            if wait not in self._standing:
                return
            self._standing.remove(wait)
        if wait.is_said:
            seconds = self._clock() - wait.since
            facts = happened(
                Event.WAITED, what=wait.what.name.lower(), partition=wait.partition, seconds=round(seconds)
            )
            log.info("waited %.0f s for %s", seconds, wait.what, extra=facts)

    def change(self, wait: Wait, what: WaitReason, detail: str = "") -> None:
        """The same wait is for something else from here on, or for the same with another `detail`."""
        if what is not wait.what:
            wait.what = what
            wait.say_at = min(wait.say_at, self._clock() + SAY_AFTER_SECONDS)
        wait.detail = detail

    def stand(self, *what: WaitReason, partition: int | None = None) -> bool:
        """Whether the worker, or this partition of it, waits for one of these."""
        with self._lock:
            return any(wait.partition in (None, partition) and wait.what in what for wait in self._standing)

    def durations(self, now: float) -> dict[WaitReason, float]:
        """For how long each has lasted at `now` (the waits' own clock); 0 for what nobody waits for."""
        with self._lock:
            standing = [(wait.what, now - wait.since) for wait in self._standing]
        return {what: max((each for known, each in standing if known is what), default=0.0) for what in WaitReason}

    def standing(self) -> list[Standing]:
        """Those that last longer than a moment, for the pulse file."""
        now = self._clock()
        with self._lock:
            return [
                Standing(wait.what.name.lower(), wait.partition, round(now - wait.since, 1), wait.render)
                for wait in self._standing
                if now - wait.since >= SAY_AFTER_SECONDS
            ]

    def tell(self) -> None:
        """Says of each what it waits for, if it is time to; what several wait for in the same words is said once."""
        now, due = self._clock(), dict[str, Wait]()
        with self._lock:
            said = {wait.render: wait.say_at for wait in self._standing if wait.is_said and now < wait.say_at}
            for wait in self._standing:
                if now < wait.say_at:
                    continue
                if wait.render not in said:
                    due[wait.render] = wait
                wait.say_at = said.setdefault(wait.render, now + SAY_AGAIN_SECONDS)
        for words, wait in due.items():
            facts = happened(Event.WAITING, what=wait.what.name.lower(), partition=wait.partition)
            log.warning("waiting for %s", words, extra=facts)
