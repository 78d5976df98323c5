"""Rights that Kafka's consumer lacks: asked for again and again, ever more seldom, under the name of a wait."""

import time
from collections.abc import Callable

from aiokafka.errors import GroupAuthorizationFailedError, KafkaError, TopicAuthorizationFailedError

from broker.refusals import as_unavailable
from streams.waits import Wait, WaitReason, Waits

LACKING_RIGHTS = (GroupAuthorizationFailedError, TopicAuthorizationFailedError)
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
"""Between two tries: only a person gives a right."""


class Rights:
    """Of one consumer; what the group refuses and what a topic does are one wait."""

    def __init__(self, waits: Waits, clock: Callable[[], float] = time.monotonic) -> None:
        self._waits = waits
        self._clock = clock
        self._wait: Wait | None = None
        self._pause_seconds = FIRST_PAUSE_SECONDS
        self._again_at = 0.0
        self._of_the_group = False

    def is_time_again(self, error: KafkaError) -> bool:
        """Whether what was refused with this error is to be tried again now; the pause after it is twice as long."""
        detail = str(as_unavailable(error, "Kafka"))
        self._of_the_group = isinstance(error, GroupAuthorizationFailedError)
        if self._wait is None:
            self._wait = self._waits.begin(WaitReason.RIGHT, detail)
            self._again_at = self._clock() + self._pause_seconds
        self._waits.change(self._wait, WaitReason.RIGHT, detail)
        if self._clock() < self._again_at:
            return False
        self._pause_seconds = min(2 * self._pause_seconds, LONGEST_PAUSE_SECONDS)
        self._again_at = self._clock() + self._pause_seconds
        return True

    def group_has_taken(self) -> None:
        """This worker is a member: what the group refused it has given. One that stands by fetches nothing."""
        if self._of_the_group:
            self.are_given()

    def are_given(self) -> None:
        """Something was fetched, or could have been."""
        if self._wait is not None:
            self._waits.end(self._wait)
            self._wait, self._pause_seconds = None, FIRST_PAUSE_SECONDS
