"""The two clocks: the board as known then, and what held then by what was known later."""

import json
import random
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaProducer

from audit.inputs import OpenReader
from audit.past import Past
from cli.reading import board_document, offender_document
from models.errors import Unproved
from models.instants import format_instant, parse_instant
from models.topics import Topic
from runtime.kafka import PartitionReader
from runtime.settings import Settings
from tests.audit.history import PARTITIONS, a_policy
from tests.end_to_end.installation import Installation

pytestmark = pytest.mark.stack
WHOLE = 10_000
RECORDS, PEOPLE, MOMENTS = 900, 60, 50


@dataclass
class Run:
    """What a service did, and what its live board said meanwhile: board and one person by as_of."""

    installation: Installation
    settings: Settings
    boards: dict[str, dict[str, Any]]
    persons: dict[str, dict[str, Any]]

    def open_reader(self, topic: Topic, partition: int) -> PartitionReader:
        return PartitionReader(self.settings.brokers, self.installation.prefix + topic.name, partition)


def a_report(number: int, clock: str, chance: random.Random) -> tuple[bytes, bytes]:
    """Reports, corrections and withdrawals; the window of many ends while the service runs."""
    told = chance.randrange(number) if number and chance.random() < 0.2 else number
    who = f"p{told * told % PEOPLE}"
    if clock == "wall":
        recorded = datetime.now(UTC)
        lag = timedelta(days=60, seconds=-chance.uniform(0, 8)) if chance.random() < 0.5 else timedelta(0)
    else:
        recorded = datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number, seconds=chance.random())
        lag = timedelta(days=chance.choice([0, 0, 20, 59]))
    report = {
        "event_id": f"e{number}",
        "type": "offence.withdrawn" if told != number and chance.random() < 0.3 else "offence.reported",
        "offence_id": f"o{told}",
        "offender_id": who,
        "revision": number + 1,
        "code": chance.choice("ABC"),
        "occurred_at": "2023-01-01T00:00:00Z",
        "recorded_at": recorded.isoformat(),
        "reported_at": (recorded - lag).isoformat(),
    }
    return who.encode(), json.dumps(report).encode()
