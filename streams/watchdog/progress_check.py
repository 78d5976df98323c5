"""Whether what waits is read, and what was read is applied: two signals of the watchdog, at each of its looks."""

from collections import defaultdict
from functools import partial
from typing import Any

import faust

from models.errors import Deaf
from streams.limits import Limits
from streams.session import Session
from streams.waits import HOLDS_UP_RUNS, Waits
from streams.watchdog.broker_check import BrokerCheck
from streams.watchdog.count import Count


class ProgressCheck:
    """Raises Deaf where nothing moves although it could. Each seek, and each change of the board, is a sign of life."""

    def __init__(self, app: faust.App, session: Session, waits: Waits, brokers: BrokerCheck, limits: Limits) -> None:
        self._app = app
        self._session = session
        self._waits = waits
        self._brokers = brokers
        self._unread: defaultdict[int, Count] = defaultdict(partial(Count, limits.looks))
        self._unapplied = Count(limits.looks)
        self._read: tuple[int, dict[int, int | None]] = -1, {}
        self._settled = -1, -1, -1

    def look(self) -> None:
        """At positions and runs in hand, as they are now and were at the look before."""
        consumer: Any = self._app.consumer
        self._look_at_positions(consumer)
        self._look_at_the_runs_in_hand(consumer)

    def _look_at_positions(self, consumer: Any) -> None:
        (epoch, before), now = self._read, consumer.client.positions()
        self._read = consumer.epoch, now
        for partition in set(self._unread) - set(now):
            del self._unread[partition]
        parked = {place.partition for place in consumer.parked}
        for partition, position in now.items():
            end = self._brokers.ends.get(partition, 0)
            stands = epoch == consumer.epoch and partition in before and before[partition] == position
            waiting = partition in parked or consumer.is_full or self._waits.stand(*HOLDS_UP_RUNS, partition=partition)
            if self._unread[partition].look(stands and not waiting and (position or 0) < end):
                raise Deaf(
                    f"records of partition {partition} wait up to offset {end}, and this worker has not read on from "
                    f"{position or 0} for long, for no reason that it knows"
                )

    def _look_at_the_runs_in_hand(self, consumer: Any) -> None:
        before, self._settled = self._settled, (consumer.epoch, consumer.settled, self._session.applied)
        stands = consumer.in_hand > 0 and before == self._settled
        if self._unapplied.look(stands and not self._waits.stand(*HOLDS_UP_RUNS)):
            raise Deaf(
                f"{consumer.in_hand} run(s) are in hand, and none has been applied for long, for no reason that this "
                "worker knows"
            )
