"""What the contestants read: a synthetic London on a topic, and what a plain sum over it must give."""

import hashlib
import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from models.policy import Policy
from models.topics import OFFENCES, topic_name
from runtime.kafka import kafka_errors, producer
from runtime.places import create_topics
from runtime.settings import load_settings
from scoring.policy_file import load_policy
from simulate import london as simulation

TOP = 100


@dataclass(frozen=True, slots=True)
class Input:
    """A topic filled with `records` reports, and the hundred highest plain sums over them."""

    topic: str
    records: int
    weights: Path
    top: list[list[str | int]]


def london(scale: float, policy: Policy, cache: Path) -> Path:
    """A file of the records of a year, one JSON document a line; made once for each state of the simulation."""
    file = cache / f"london-{scale:g}-{_digest(policy)}.jsonl"
    if not file.exists():
        part = file.with_suffix(".part")
        with part.open("wb") as lines:
            lines.writelines(line + b"\n" for line in simulation.london(policy.index, 1, scale))
        part.rename(file)
    return file


def _digest(policy: Policy) -> str:
    """Of everything that the records depend on: the program, its tables and the index."""
    digest = hashlib.sha256(json.dumps(dict(policy.index), sort_keys=True).encode())
    for part in sorted(Path(simulation.__file__).parent.glob("*.*")):
        digest.update(part.name.encode() + b"\0" + part.read_bytes())
    return digest.hexdigest()[:12]


def fill(prefix: str, scale: float, cache: Path, partitions: int = 1) -> Input:
    """Sends a year of a London of that size to the topic of an installation."""
    os.environ.update(HARMWATCH_PREFIX=prefix, HARMWATCH_CLOCK="event")
    settings = load_settings()
    policy = load_policy(settings.policy)
    create_topics(settings, partitions)
    topic, sums = topic_name(prefix, OFFENCES), Counter[str]()
    sender, records = producer(settings.brokers), 0
    with kafka_errors():
        for line, report in _reports(london(scale, policy, cache)):
            offender = str(report["offender_id"])
            sums[offender] += policy.index.get(str(report.get("code", "")), 0)
            sender.send(topic, key=offender.encode(), value=line)
            records += 1
        sender.flush()
    sender.close()
    weights = cache / "weights.json"
    weights.write_text(json.dumps(dict(policy.index)), "utf-8")
    top = sorted(sums.items(), key=lambda item: (-item[1], item[0]))[:TOP]
    return Input(topic, records, weights, [list(item) for item in top])


def _reports(file: Path) -> Iterator[tuple[bytes, dict[str, object]]]:
    with file.open("rb") as lines:
        for line in lines:
            yield line.rstrip(b"\n"), json.loads(line)
