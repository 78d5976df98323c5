"""What is asked of each receiver's log, and of what the ledger holds of it."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import closing
from itertools import groupby, pairwise
from typing import NamedTuple

from broker.clients import PartitionReader
from broker.security import Brokers
from delivery.ledger import Ledger
from models.delivery.record import Accepted, Delivery, Rewound, Sending
from models.topics import DELIVERIES
from tests.crash.delivery.hall import Log
from tests.delivery.delivering import Delivering


class Death(NamedTuple):
    """Of a deliverer or the broker: from when until when a request may have lost its receipt; seconds since 1970."""

    begun: float
    over: float


class Written(NamedTuple):
    """A fact, and when its record was written: Kafka's milliseconds since 1970."""

    at_ms: int
    fact: Delivery


def written_by(delivering: Delivering) -> dict[str, list[Written]]:
    """What deliveries.v1 holds, by subscription; every record continues the ledger."""
    published, ledger, found = delivering.published, Ledger(), defaultdict[str, list[Written]](list)
    with closing(PartitionReader(Brokers([published.brokers]), published.prefix + DELIVERIES.name, 0)) as reader:
        for record in reader.read_until(reader.end()):
            fact = ledger.take(record.value)
            assert fact is not None, f"offset {record.offset} continues nothing"
            found[fact.subscription].append(Written(record.timestamp_ms, fact))
    return found


def judge(log: Log, deaths: Sequence[Death]) -> None:
    """1, 2, 3 and so on, one request at a time, none before the one before it was accepted, and no alert left out.

    What was accepted comes again only behind a death, once each: its receipt was lost with who would have written it.
    """
    assert log.most_at_once <= 1, f"{log.most_at_once} requests at once"
    runs = [(number, list(same)) for number, same in groupby(log.entries, lambda one: one.number)]
    assert [number for number, _ in runs] == list(range(1, len(runs) + 1)), log.entries[-10:]
    for number, entries in runs:
        assert {one.sequence for one in entries} == {number}, f"number {number} tells of alert {entries[0].sequence}"
        if number < len(runs):
            assert entries[-1].status < 300, f"{number + 1} came, and {number} was answered {entries[-1].status}"
    again = [pair for _, entries in runs for pair in pairwise(one for one in entries if one.status < 300)]
    assert len(again) <= len(deaths), f"{len(again)} came again though they were accepted"
    for before, after in again:
        is_behind = any(death.begun <= after.came and before.came <= death.over for death in deaths)
        assert is_behind, f"{after.number} came again though it was accepted, and nothing had died"


def judge_facts(written: Sequence[Written], log: Log) -> None:
    """Each number has its intent before and its receipt after, and none a receipt that was not accepted."""
    steps = [(type(one.fact), one.fact.number) for one in written if isinstance(one.fact, Sending | Accepted)]
    last = max((number for kind, number in steps if kind is Accepted), default=0)
    whole = [(kind, number) for number in range(1, last + 1) for kind in (Sending, Accepted)]
    assert steps in (whole, [*whole, (Sending, last + 1)]), steps[-4:]
    assert not any(isinstance(one.fact, Rewound) for one in written)
    came, answered = dict[int, float](), dict[int, float]()
    for entry in log.entries:
        came.setdefault(entry.number, entry.came)
        if entry.status < 300:
            answered.setdefault(entry.number, entry.answered)
    assert set(range(1, last + 1)) <= answered.keys(), "a receipt of what nobody accepted"
    for at_ms, fact in written:
        if isinstance(fact, Sending) and fact.number in came:
            assert at_ms <= came[fact.number] * 1_000, f"{fact.number} came before its intent"
        if isinstance(fact, Accepted):
            assert at_ms >= int(answered[fact.number] * 1_000), f"{fact.number} has a receipt from before its answer"
