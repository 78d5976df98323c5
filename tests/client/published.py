"""A topic of alerts as a relay leaves it: real bytes and headers, each in a transaction of its own."""

import uuid
from collections.abc import Iterator, Sequence
from typing import Any

from kafka import KafkaAdminClient, KafkaProducer

from harmwatch_client import Alerts, Begin, Event, Place
from models.alert import (
    Alert,
    BaselineEvent,
    PolicyOut,
    alert_headers,
    baseline_headers,
    make_alert,
    make_baseline,
    wire_bytes,
)
from models.journal.transition import BandEntry, Baseline, Cause, CauseKind, Member, Move, Standing, Transition
from models.topics import ALERTS
from tests import kafka_topics, kafka_transactions

BOARD = "v100"
POLICY = PolicyOut(id="p", version="1", digest="f" * 64)


def a_move(
    sequence: int, move: Move = Move.ENTERED, offender_id: str | None = None, entered: BandEntry | None = None
) -> Alert:
    """One alert; who enters is named after the sequence, who leaves is the one of the sequence before."""
    who = offender_id or f"p{sequence - (move is Move.LEFT)}"
    if move is Move.LEFT and entered is None:
        entered = BandEntry(sequence - 1, sequence - 1)
    change = Transition(
        sequence=sequence, move=move, offender_id=who, rank=1, score=1_500, previous=Standing(None, 0), cut=None,
        counterpart=None, cause=Cause(CauseKind.OFFENCE, "e", "o", who), contributions=(), contributions_total=0,
        expected_exit_at=None, entered=entered, as_of=sequence, offset=0,
    )  # fmt: skip
    return make_alert(change, BOARD, POLICY, "offences.v1", 0)


def a_baseline(last: int, persons: Sequence[str] = ()) -> BaselineEvent:
    """The band at `last`, in which these are since the first sequences."""
    band = tuple(Member(rank, who, 1_000, BandEntry(rank, rank)) for rank, who in enumerate(persons, 1))
    return make_baseline(Baseline(last, last, band), BOARD, POLICY)


class Published:
    """One `alerts.v1` of its own on a shared Kafka."""

    def __init__(self, stack: dict[str, str]) -> None:
        self.brokers, self.prefix = stack["HARMWATCH_KAFKA"], f"t{uuid.uuid4().hex[:8]}-"
        self.topic = self.prefix + ALERTS.name
        self._admin = KafkaAdminClient(bootstrap_servers=self.brokers)
        self.create()
        self._producer = KafkaProducer(
            bootstrap_servers=self.brokers, transactional_id=self.topic, compression_type="zstd", linger_ms=0
        )
        self._producer.init_transactions()

    def close(self) -> None:
        self._producer.close()
        self._admin.close()

    def create(self) -> None:
        """Once more, too, after `delete`."""
        kafka_topics.create(self._admin, {self.topic: ALERTS})

    def delete(self) -> None:
        kafka_topics.delete(self._admin, [self.topic])

    def send(self, *events: Alert | BaselineEvent, end: str = "commit") -> None:
        """In one transaction; it is over when this returns."""
        self.begin_to_send(*events, end=end)
        self.settle()

    def begin_to_send(self, *events: Alert | BaselineEvent, end: str = "commit") -> None:
        """The same; they can be read in a moment."""
        records = [
            (alert_headers(one) if isinstance(one, Alert) else baseline_headers(one), wire_bytes(one))
            for one in events
        ]  # fmt: skip
        self._transact(records, end)

    def send_raw(self, *records: tuple[list[tuple[str, bytes]], bytes], end: str = "commit") -> None:
        """In one transaction, in the words of CloudEvents or not; it is over when this returns."""
        self._transact(records, end)
        self.settle()

    def _transact(self, records: Sequence[tuple[list[tuple[str, bytes]], bytes]], end: str) -> None:
        self._producer.begin_transaction()
        for headers, value in records:
            self._producer.send(self.topic, value, headers=headers, partition=0).get(20)
        (self._producer.commit_transaction if end == "commit" else self._producer.abort_transaction)()

    def settle(self) -> None:
        """Whatever was committed on this installation can be read now."""
        kafka_transactions.settle(self._admin, self.prefix)

    def enter(self, *sequences: int) -> None:
        """Each in a transaction; they are over when this returns."""
        for sequence in sequences:
            self.begin_to_send(a_move(sequence))
        self.settle()

    def alerts(self, place: Place | None = None, begin: Begin = "beginning", **options: Any) -> Alerts:
        return Alerts(self.brokers, prefix=self.prefix, place=place, begin=begin, **options)

    def read(self, place: Place | None = None, begin: Begin = "beginning", **options: Any) -> Iterator[Event]:
        """All that is there, each done."""
        with self.alerts(place, begin, **options) as alerts:
            for event in alerts.until_now():
                yield event
                alerts.done(event)
