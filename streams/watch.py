"""What no record would tell a worker: a dead consumer, a board that has begun anew, a topic that is another one."""

import asyncio
import logging
from typing import Any

import faust
from aiokafka.errors import InvalidSessionTimeoutError, KafkaError

from models.errors import BrokenInvariant, StartRefused, Unavailable
from runtime.installation import Installation
from runtime.places import find_place
from streams.session import Session

_LOOK_SECONDS = 0.5
_LOOKS_TO_A_PLACE = 10
log = logging.getLogger(__name__)


class Watch:
    """Looks twice a second at the consumer and the board, and every few seconds at the topic."""

    def __init__(self, installation: Installation, app: faust.App, session: Session) -> None:
        self._installation = installation
        self._app = app
        self._session = session

    async def run(self) -> None:
        """Never returns; raises what must end the worker."""
        while True:
            for _ in range(_LOOKS_TO_A_PLACE):
                await asyncio.sleep(_LOOK_SECONDS)
                await self._look_at_the_board()
            await asyncio.to_thread(self._look_at_the_topic)

    async def _look_at_the_board(self) -> None:
        consumer: Any = self._app.consumer
        if consumer.is_dead:
            raise BrokenInvariant("the consumer has died: this worker would never hear of a record again")
        if consumer.refusal is not None:
            raise _not_taken(consumer.refusal, self._installation.settings.session_seconds)
        if await self._session.is_over() and consumer.assignment():
            log.info("the board has begun anew")
            await consumer.perform_seek()

    def _look_at_the_topic(self) -> None:
        """A topic of the same name that was created anew holds other records at the same offsets."""
        ours = self._installation.place
        try:
            now = find_place(self._installation.settings)
        except Unavailable:
            return  # nothing can be read from it either
        if (now.cluster_id, now.topic_id) != (ours.cluster_id, ours.topic_id):
            raise StartRefused(
                f"topic {ours.topic} was created anew while this worker ran (topic_id {now.topic_id}, it was "
                f"{ours.topic_id}): the board stands for records that are gone. Bring the old topic back, or use "
                "another HARMWATCH_PREFIX for a new board."
            )


def _not_taken(error: KafkaError, session_seconds: float) -> StartRefused:
    why = str(error)
    if isinstance(error, InvalidSessionTimeoutError):
        why = (
            f"HARMWATCH_SESSION_SECONDS is {session_seconds:g}, and the brokers' group.min.session.timeout.ms and "
            "group.max.session.timeout.ms do not allow that"
        )
    return StartRefused(f"Kafka does not take this worker into its group: {why}")
