"""The live side of a golden history: a real worker is given the recorded input."""

import signal
import time
from pathlib import Path

from kafka import KafkaProducer

from models.key_store import KeyNamespace
from models.record import Record
from models.topics import ALERTS, DEAD_LETTERS, JOURNAL, OFFENCES, Topic
from tests.end_to_end.installation import Installation

PREFIX = "golden-"
"""Alerts name the topic of their input, so it must be the same each time."""

NAMESPACE = KeyNamespace(PREFIX, "v100")

ALERTS_AFTER = "2024-04-01T00:00:00Z"
TOLD_AT_FIRST = 4
"""A fourth of the records lies there when the board is founded: the baseline comes behind it."""

CHUNK = 20


def live(
    environment: dict[str, str], folder: Path, policy: Path, records: list[Record], keys: Path | None
) -> dict[Topic, list[Record]]:
    """What a worker publishes of these records, in order on one partition; sealed under the keys of a folder."""
    settings = {"policy": str(policy), "clock": "event", "prefix": PREFIX, "alerts_after": ALERTS_AFTER}
    sealing = {"seal": "on", "key_store": str(keys)} if keys else {}
    installation = Installation(environment, folder, 1, **settings, **sealing)
    first = len(records) // TOLD_AT_FIRST
    try:
        _send(installation, records[:first])
        installation.start_worker()
        installation.wait_idle()
        _send(installation, records[first:])
        installation.wait_idle()
    finally:
        installation.end_workers(signal.SIGTERM)
    return {topic: _read(installation, topic) for topic in (OFFENCES, JOURNAL, ALERTS, DEAD_LETTERS)}


def _send(installation: Installation, records: list[Record]) -> None:
    """In chunks, with time enough for a run of their own."""
    producer = KafkaProducer(bootstrap_servers=installation.environment["HARMWATCH_KAFKA"])
    topic = installation.prefix + OFFENCES.name
    for number, record in enumerate(records, 1):
        producer.send(topic, key=record.key, value=record.value, timestamp_ms=record.timestamp_ms, partition=0)
        if number % CHUNK == 0:
            producer.flush()
            time.sleep(0.05)
    producer.close()


def _read(installation: Installation, topic: Topic) -> list[Record]:
    return [
        Record(offset, item.timestamp, item.key, item.value, list(item.headers))
        for offset, item in enumerate(installation.read(topic.name))
    ]
