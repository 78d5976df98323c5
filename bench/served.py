"""An installation whose board has been in service for a while: records, journal and alerts, on real topics."""

import os
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby
from pathlib import Path

from kafka.partitioner import murmur2

from bench.inputs import london
from bench.service import Reports, Sent, Service
from broker.clients import producer
from models.instants import DAY, SECOND, parse_instant
from models.policy import Policy
from models.record import Record
from models.topics import OFFENCES
from policies.policy_file import load_policy
from runtime.installation import Installation
from runtime.settings import Settings, load_settings
from runtime.topic_creation import create_topics
from runtime.topic_identity import find_place
from simulate.london import FIRST_YEAR
from streams.relay.transactions import Transactions

_HISTORY_DAYS = 365
_LATE_US = SECOND
_TOGETHER_US = SECOND


@dataclass(frozen=True, slots=True)
class Served:
    """So many days in service after a year of history; `entries` lie on the journal, from `records` reports."""

    days: int
    partitions: int
    activations: int
    entries: int
    records: int


def serve(prefix: str, cache: Path, days: int, partitions: int, activations: int = 0, scale: float = 1.0) -> Served:
    """Makes the journal and everything beside it, in the installation that the environment names from here on."""
    os.environ.update(HARMWATCH_PREFIX=prefix, HARMWATCH_CLOCK="wall")
    settings = load_settings()
    policy = load_policy(settings.policy)
    create_topics(settings, partitions)
    installation = Installation(settings, policy, find_place(settings))
    years = 1 + -(-days // _HISTORY_DAYS)
    begins_at = parse_instant(f"{FIRST_YEAR + 1}-01-01T00:00:00Z")
    service_from = time.time_ns() // 1000 - days * DAY
    moved_us = service_from - begins_at
    with london(scale, policy, cache, years).open("rb") as lines:
        reports = Reports((line.rstrip(b"\n") for line in lines), moved_us)
        sent = list(_sent(settings, installation, reports, (service_from, service_from + days * DAY)))
    with closing(Transactions(settings.brokers, installation.relay_id, installation.published)) as transactions:
        transactions.fence()
        service = Service(installation, transactions, keeps_reports=activations > 0)
        _live(service, sent, service_from, _activations(policy, activations, service_from, days))
    return Served(days, partitions, activations, service.entries, len(sent))


def _activations(policy: Policy, count: int, begins_at: int, days: int) -> list[tuple[int, Policy]]:
    """Two policies in turn, the last of them the shipped one."""
    other = replace(policy, version=f"{policy.version}-bench")
    gap = days * DAY // (count + 1)
    return [(begins_at + (n + 1) * gap, policy if (count - n) % 2 else other) for n in range(count)]


def _live(
    service: Service, sent: list[tuple[int, Sent]], begins_at: int, activations: list[tuple[int, Policy]]
) -> None:
    service.found()
    history = [one for at, one in sent if at < begins_at]
    service.load(history, begins_at)
    waiting, now = list(activations), begins_at
    for (partition, _), group in groupby(
        (each for each in sent if each[0] >= begins_at), key=lambda each: (each[1].partition, each[0] // _TOGETHER_US)
    ):
        run = list(group)
        now = max(now, run[-1][0] + _LATE_US)
        while waiting and waiting[0][0] <= now:
            at, policy = waiting.pop(0)
            service.activate(policy, at)
        service.run(partition, [one.record for _, one in run], now)
    service.end(time.time_ns() // 1000)


def _sent(
    settings: Settings, installation: Installation, reports: Reports, service: tuple[int, int]
) -> Iterator[tuple[int, Sent]]:
    """Every report, sent, and when; in the order of the partition's offsets, and never back in time.

    Of the history those alone whose windows end in service.
    """
    begins_at, until = service
    ends_too_late = until - _HISTORY_DAYS * DAY
    offsets = [0] * installation.place.partitions
    sender, topic, at = producer(settings.brokers), installation.topic(OFFENCES), 0
    try:
        for recorded_at, key, value in reports:
            if ends_too_late <= recorded_at < begins_at or recorded_at > until - _LATE_US:
                continue
            at = max(at, recorded_at)
            partition = (murmur2(key) & 0x7FFFFFFF) % len(offsets)
            sender.send(topic, key=key, value=value, partition=partition, timestamp_ms=at // 1000)
            yield at, Sent(partition, Record(offsets[partition], at // 1000, key, value))
            offsets[partition] += 1
        sender.flush()
    finally:
        sender.close()
