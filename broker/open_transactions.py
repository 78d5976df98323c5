"""Transactions that are open on a topic: what was sent behind the beginning of one can be read when it has ended."""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from kafka import IsolationLevel, KafkaAdminClient, OffsetSpec, TopicPartition
from kafka.errors import TopicAuthorizationFailedError, UnsupportedVersionError

_POLL_SECONDS = 0.1
OURS_IS_OVER_SECONDS = 3.0
"""What a relay sends can be read by then, on a busy machine too: a transaction takes it some milliseconds. What lasts
longer is of somebody else, or of a relay that has died: then the broker gives it up after 10 s."""

_SAY_AGAIN_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class OpenTransaction:
    """From `offset` on nothing can be read of what was sent up to `end`. `producer_id` None: nobody says it."""

    topic: str
    partition: int
    offset: int
    end: int
    producer_id: int | None

    def render(self, whose: str = "") -> str:
        """Where it is open, since when, and by whom."""
        by = "" if self.producer_id is None else f" (producer id {self.producer_id})"
        return f"a transaction{whose} is open on {self.topic} since offset {self.offset}{by}"


class TransactionalReader(Protocol):
    """What knows whether a transaction is open on the partition that it reads."""

    def open_transaction(self) -> OpenTransaction | None:
        """The one behind which nothing can be read; None: everything that was sent can be."""


def find_open_transactions(client: KafkaAdminClient, partitions: Sequence[TopicPartition]) -> list[OpenTransaction]:
    """The oldest that is open on each partition, where one is. Raises the client's errors."""
    ends = _ends(client, partitions, IsolationLevel.READ_UNCOMMITTED)
    stable = _ends(client, partitions, IsolationLevel.READ_COMMITTED)
    return [
        OpenTransaction(each.topic, each.partition, stable[each], ends[each], _who_began(client, each, stable[each]))
        for each in partitions
        if stable[each] < ends[each]
    ]


def _ends(
    client: KafkaAdminClient, partitions: Sequence[TopicPartition], level: IsolationLevel
) -> dict[TopicPartition, int]:
    found = client.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST), level)
    return {partition: place.offset for partition, place in found.items()}


def _who_began(client: KafkaAdminClient, partition: TopicPartition, offset: int) -> int | None:
    try:
        producers = client.describe_producers([partition])[partition].active_producers
    except (UnsupportedVersionError, TopicAuthorizationFailedError):  # brokers before 2.8; no right to read
        return None
    return next((each.producer_id for each in producers if each.current_transaction_start_offset == offset), None)


def wait_until_readable(
    reader: TransactionalReader,
    say: Callable[[OpenTransaction], None],
    look_around: Callable[[], None] = lambda: None,
    patience_seconds: float = math.inf,
) -> OpenTransaction | None:
    """Returns when everything can be read that had been sent by then, or after a time what is in the way.

    A transaction may stay open for a quarter of an hour. `say` hears of one that does not end at once, and seldom
    again; `look_around` may raise what ends the wait.
    """
    transaction = reader.open_transaction()
    sent = transaction.end if transaction else 0
    now = time.monotonic()
    say_at, until = now + OURS_IS_OVER_SECONDS, now + patience_seconds
    while transaction is not None and transaction.offset < sent:
        if (now := time.monotonic()) >= until:
            return transaction
        if now >= say_at:
            say(transaction)
            say_at = now + _SAY_AGAIN_SECONDS
        look_around()
        time.sleep(_POLL_SECONDS)
        transaction = reader.open_transaction()
    return None
