"""What a run has lost, doubled or got wrong: Kafka and the board held against an oracle and against each other."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from cli.verify import Request, verify_installation
from models.clock import ClockMode
from models.instants import format_instant
from models.topics import ALERTS, DEAD_LETTERS, JOURNAL, Topic, topic_name
from runtime.installation import open_store
from runtime.kafka import PartitionReader
from runtime.settings import Settings
from tests.crash.stream import BAND, INDEX, Sent
from tests.end_to_end.oracle import ranking, when


@dataclass(slots=True)
class Verdict:
    """Counts, and in words what they count."""

    lost: int = 0
    doubled: int = 0
    wrong: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Nothing to complain of."""
        return not (self.lost or self.doubled or self.wrong)

    def add(self, other: "Verdict") -> None:
        """Takes over what another one found."""
        self.lost += other.lost
        self.doubled += other.doubled
        self.wrong += other.wrong
        self.faults += other.faults

    def lose(self, count: int, what: str) -> None:
        """`count` of something are missing."""
        if count:
            self.lost += count
            self.faults.append(f"lost: {count} {what}")

    def double(self, count: int, what: str) -> None:
        """`count` of something are there more than once."""
        if count:
            self.doubled += count
            self.faults.append(f"doubled: {count} {what}")

    def blame(self, what: str, count: int = 1) -> None:
        """Something is as it must not be."""
        self.wrong += count
        self.faults.append(f"wrong: {what}")


def judge(settings: Settings, sent: Sequence[Sent], ends: dict[int, int]) -> Verdict:
    """Looks at everything that a finished run has left behind; `ends` are those of offences.v1."""
    verdict = Verdict()
    journal = [json.loads(value) for value in _values(settings, JOURNAL)]
    _judge_numbers(verdict, (entry["entry"] for entry in journal), "journal entries")
    _judge_coverage(verdict, journal, ends)
    alerts = [json.loads(value) for value in _values(settings, ALERTS)]
    _judge_numbers(verdict, (alert["sequence"] for alert in alerts), "alerts")
    _judge_letters(verdict, settings, sum(record.report is None for record in sent))
    _judge_board(verdict, settings, sent, alerts)
    found = verify_installation(settings, Request(with_store=True))
    if not found["ok"]:
        verdict.blame(f"verify: {found['faults']}", max(1, found["fault_count"]))
    return verdict


def _judge_numbers(verdict: Verdict, numbers: Iterable[int], what: str) -> None:
    seen = list(numbers)
    verdict.lose(len(set(range(1, max(seen, default=0) + 1)) - set(seen)), what)
    verdict.double(len(seen) - len(set(seen)), what)
    if seen != sorted(seen):
        verdict.blame(f"{what} are out of order")


def _judge_coverage(verdict: Verdict, journal: list[dict[str, Any]], ends: dict[int, int]) -> None:
    """Every offset of offences.v1 stands in exactly one run."""
    reached = dict.fromkeys(ends, 0)
    for run in (entry["run"] for entry in journal if entry["run"]):
        gap = run["start"] - reached[run["partition"]]
        verdict.lose(max(0, gap), f"records before offset {run['start']} of partition {run['partition']}")
        verdict.double(max(0, -gap), f"records from offset {run['start']} of partition {run['partition']}")
        reached[run["partition"]] = max(run["end"], reached[run["partition"]])
    for partition, end in ends.items():
        verdict.lose(end - reached[partition], f"records at the end of partition {partition}")


def _judge_letters(verdict: Verdict, settings: Settings, expected: int) -> None:
    reader = _reader(settings, DEAD_LETTERS)
    try:
        found = [(letter.key, letter.value) for letter in reader.read_until(reader.end())]
    finally:
        reader.close()
    verdict.lose(max(0, expected - len(found)), "dead letters")
    verdict.double(max(0, len(found) - expected), "dead letters")


def _judge_board(verdict: Verdict, settings: Settings, sent: Sequence[Sent], alerts: list[dict[str, Any]]) -> None:
    reports = [record.report for record in sent if record.report is not None]
    store = open_store(settings)
    try:
        rows, position = store.board(1_000_000), store.position()
    finally:
        store.close()
    now = when(format_instant(position.as_of))
    if settings.clock is ClockMode.EVENT and now != max(when(report["recorded_at"]) for report in reports):
        verdict.blame(f"as_of is {now}")
    expected = ranking(reports, INDEX, now)
    differing = Counter((row.offender_id, row.score) for row in rows)
    differing.subtract(Counter(expected))
    verdict.wrong += sum(abs(count) for count in differing.values())
    if [(row.offender_id, row.score) for row in rows] != expected:
        verdict.blame("the board is not the oracle's")
    band: set[str] = set()
    for alert in alerts:
        band ^= {alert["offender_id"]}
    if not band == {who for who, _ in expected[:BAND]} == {row.offender_id for row in rows if row.in_band}:
        verdict.blame("the band, the alerts' fold and the oracle's first do not agree")


def _values(settings: Settings, topic: Topic) -> list[bytes]:
    reader = _reader(settings, topic)
    try:
        return [record.value or b"null" for record in reader.read_until(reader.end())]
    finally:
        reader.close()


def _reader(settings: Settings, topic: Topic) -> PartitionReader:
    return PartitionReader(settings.brokers, topic_name(settings.prefix, topic), 0)
