"""What a run has lost, doubled or got wrong: Kafka and the board held against an oracle and against each other."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from broker.clients import PartitionReader
from cli.audit.verify import Request, verify_installation
from models.clock import ClockMode
from models.instants import format_instant
from models.topics import ALERTS, DEAD_LETTERS, JOURNAL, Topic, topic_name
from runtime.installation import open_store
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


Strangers = Collection[tuple[Topic, int]]


def judge(settings: Settings, sent: Sequence[Sent], ends: dict[int, int], strangers: Strangers = ()) -> Verdict:
    """Looks at everything that a finished run has left behind; `ends` are those of offences.v1.

    `strangers` are places of records that somebody else has written: they count nothing, and verify names them.
    """
    verdict = Verdict()
    journal = read_values(settings, JOURNAL, strangers)
    judge_numbers(verdict, (entry["entry"] for entry in journal), "journal entries")
    _judge_coverage(verdict, journal, ends)
    alerts = read_values(settings, ALERTS, strangers)
    judge_numbers(verdict, (alert["sequence"] for alert in alerts), "alerts")
    _judge_letters(verdict, settings, sum(record.report is None for record in sent))
    _judge_board(verdict, settings, sent, alerts)
    _judge_verification(verdict, settings, strangers)
    return verdict


def _judge_verification(verdict: Verdict, settings: Settings, strangers: Strangers) -> None:
    """A stranger's record is named; on the journal it is green once a person has looked at it, on the alerts never."""
    journal = tuple(f"{topic.name}:{offset}" for topic, offset in strangers if topic is JOURNAL)
    faults = sum(topic is not JOURNAL for topic, _ in strangers)
    found = verify_installation(settings, Request(with_store=True, passed_over=journal))
    if found.fault_count != faults or found.ok is not (faults == 0):
        verdict.blame(f"verify: {list(found.faults)}", max(1, found.fault_count))
    named = {(each.topic, each.offset) for each in found.foreign}
    if named != {(topic.name, offset) for topic, offset in strangers}:
        verdict.blame(f"verify takes for foreign: {named}, and strangers wrote {strangers}")
    if journal and verify_installation(settings, Request()).ok:
        verdict.blame("verify is green about strangers' records at which nobody has looked")


def judge_numbers(verdict: Verdict, numbers: Iterable[int], what: str) -> None:
    """Each number from 1 on stands there once, and in order."""
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


def read_values(settings: Settings, topic: Topic, strangers: Strangers = ()) -> list[dict[str, Any]]:
    """The documents of a topic, without those of strangers."""
    reader = _reader(settings, topic)
    try:
        ours = (record for record in reader.read_until(reader.end()) if (topic, record.offset) not in strangers)
        return [json.loads(record.value or b"null") for record in ours]
    finally:
        reader.close()


def _reader(settings: Settings, topic: Topic) -> PartitionReader:
    return PartitionReader(settings.brokers, topic_name(settings.prefix, topic), 0)
