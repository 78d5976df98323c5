"""A board whose baseline holds nobody is verified from every entry, also from those right behind it."""

import pytest

from audit.replay.founding import read_founding
from audit.verify.alerts import ExpectedAlerts
from audit.verify.outcome import Span, VerificationRequest
from audit.verify.verification import Verification
from models.canonical import canonical_json
from models.clock import ClockMode
from models.instants import DAY, EARLIEST, format_instant
from models.journal.entry import FIRST_PREVIOUS_HASH, chain
from models.journal.transition import Entry
from models.record import Record
from models.topics import ALERTS, JOURNAL, OFFENCES, Topic
from scoring.assess import Assessor
from scoring.engine import Engine
from scoring.run import assess_run
from tests.audit.golden.history import WrittenDown
from tests.audit.one_instant import START, Report
from tests.audit.policies import a_policy_of

POLICY = a_policy_of(size=2)
ENTRIES = 6


class EmptyBaseline:
    """A history in memory: founded, a baseline of nobody, a recovery, and three reports."""

    def __init__(self) -> None:
        engine = Engine(POLICY.band_size, POLICY.exit_rank, ClockMode.WALL, alerts_after=EARLIEST)
        self._hash = FIRST_PREVIOUS_HASH
        self.written: dict[Topic, list[Record]] = {OFFENCES: [], JOURNAL: [], ALERTS: []}
        founding = {
            "board": "b", "cluster_id": "c", "topic": "t", "topic_id": "i", "clock": ClockMode.WALL,
            "alerts_after": format_instant(EARLIEST), "ends": {}, "policy": POLICY.document(),
        }  # fmt: skip
        self._expected: ExpectedAlerts | None = None
        self._write(engine.found(canonical_json(founding).decode()))
        baseline = engine.tick(START, 1_000)
        assert baseline is not None
        assert baseline.baseline is not None
        self._write(baseline)
        self._write(engine.recover('{"generation":"g"}'))
        for day in range(1, 4):
            self._write(self._reported(engine, START + day * DAY))

    def _reported(self, engine: Engine, at: int) -> Entry:
        records = self.written[OFFENCES]
        who = f"p{len(records)}"
        value = Report(who, "B", at, at).value(len(records))
        records.append(Record(len(records), at // 1_000, who.encode(), value, []))
        run = assess_run(0, len(records) - 1, len(records), records[-1:], Assessor(POLICY))
        entry = engine.apply(run, at)
        assert isinstance(entry, Entry)
        return entry

    def _write(self, entry: Entry) -> None:
        published = chain(entry, "b", ClockMode.WALL, POLICY.digest, self._hash)
        self._hash = published.hash
        self._expected = self._expected or ExpectedAlerts(read_founding(published))
        self._expected.follow(POLICY)
        value = canonical_json(published.model_dump(mode="json"))
        self._append(JOURNAL, b"b", value, [])
        for alert in self._expected.of(entry):
            self._append(ALERTS, alert.key, alert.value, alert.headers)

    def _append(self, topic: Topic, key: bytes | None, value: bytes | None, headers: list[tuple[str, bytes]]) -> None:
        records = self.written[topic]
        records.append(Record(len(records), START // 1_000, key, value, headers))

    def open_reader(self, topic: Topic, partition: int) -> WrittenDown:
        """A reader on what was written down."""
        assert partition == 0
        return WrittenDown(self.written.get(topic, []))


def faults_from(history: EmptyBaseline, first: int) -> list[str]:
    outcome = Verification(history.open_reader, VerificationRequest(Span(first))).run()
    return list(outcome.faults.listed)


@pytest.mark.parametrize("first", range(1, ENTRIES + 1))
def test_a_baseline_of_nobody_is_no_fault_wherever_verify_begins(first: int) -> None:
    history = EmptyBaseline()
    assert len(history.written[JOURNAL]) == ENTRIES
    assert len(history.written[ALERTS]) >= ENTRIES - 2
    assert faults_from(history, first) == []


@pytest.mark.parametrize("first", range(1, ENTRIES + 1))
def test_one_that_comes_again_stays_a_fault(first: int) -> None:
    history = EmptyBaseline()
    history.written[ALERTS].append(Record(len(history.written[ALERTS]), *_rest(history.written[ALERTS][0])))
    assert len(faults_from(history, first)) == 1


def _rest(record: Record) -> tuple[int, bytes | None, bytes | None, list[tuple[str, bytes]]]:
    headers = [(name, value or b"") for name, value in record.headers]
    return record.timestamp_ms, record.key, record.value, headers
