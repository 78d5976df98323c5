"""A history in which many windows end at one instant, as a service would have written it; and brute force on it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from models.canonical import canonical_json
from models.clock import ClockMode
from models.instants import DAY, format_instant, parse_instant
from models.journal.entry import FIRST_PREVIOUS_HASH, chain
from models.journal.transition import Entry, Transition
from models.policy import Policy
from models.record import Record
from models.topics import JOURNAL, OFFENCES, Topic
from runtime.in_force import read_in_force
from scoring.assess import Assessor
from scoring.engine import Engine
from scoring.run import assess_run
from tests.audit.golden.history import WrittenDown
from tests.audit.policies import MILLIDAYS, a_policy_of, a_value

SIZE, WINDOW = 3, 60 * DAY
START = parse_instant("2024-02-01T00:00:00Z")
INSTANT = START + WINDOW
TICK = 1_000
"""So many ends a service takes at once while it lets time pass."""


@dataclass(frozen=True)
class Report:
    """Who was reported when, and when the board was told of it (microseconds)."""

    who: str
    code: str
    reported_at: int
    known_from: int
    revision: int = 1

    def value(self, number: int) -> bytes:
        """The value of its record."""
        withdrawn = {"type": "offence.withdrawn"} if not self.code else {"code": self.code}
        return a_value(
            **withdrawn, event_id=f"e{number}", offence_id=f"o-{self.who}", offender_id=self.who,
            revision=self.revision, recorded_at=format_instant(self.known_from),
            reported_at=format_instant(self.reported_at),
        )  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """A report as it was drawn at random: its fields, instants in microseconds."""

    fields: dict[str, Any]

    @property
    def who(self) -> str:
        """Whom it names."""
        return str(self.fields["offender_id"])

    def value(self, number: int) -> bytes:
        """The value of its record."""
        instants = {name: format_instant(self.fields[name]) for name in ("recorded_at", "reported_at", "occurred_at")}
        return a_value(**(self.fields | {"event_id": f"e{number}"} | instants))


@dataclass
class Written:
    """Topics in memory: the entries of a service that ticks as ours does, and the records they were made from."""

    clock: ClockMode
    policy: Policy = field(default_factory=lambda: a_policy_of(size=SIZE))
    reports: list[Report] = field(default_factory=list)
    transitions: list[Transition] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = Engine(self.policy.band_size, self.policy.exit_rank, self.clock)
        self._records: list[Record] = []
        self._journal: list[Record] = []
        self._hash = FIRST_PREVIOUS_HASH
        founding = {
            "board": "b", "cluster_id": "c", "topic": "t", "topic_id": "i", "clock": self.clock,
            "alerts_after": None, "ends": None, "policy": self.policy.document(),
        }  # fmt: skip
        self._write(self.engine.found(canonical_json(founding).decode()))

    def tell(self, known_from: int, reports: "Sequence[Report | Drawn]") -> None:
        """One run; what is due before it ends in ticks."""
        self.pass_time(known_from)
        start = len(self._records)
        records = [
            Record(start + n, known_from // 1_000, report.who.encode(), report.value(start + n))
            for n, report in enumerate(reports)
        ]
        self._records += records
        self.reports += [report for report in reports if isinstance(report, Report)]
        run = assess_run(0, start, len(self._records), records, Assessor(self.policy))
        entry = self.engine.apply(run, known_from)
        assert isinstance(entry, Entry)
        self._write(entry)

    def pass_time(self, instant: int) -> None:
        """In ticks, as long as something is due."""
        while self.engine.next_due is not None and self.engine.next_due <= instant:
            self.tick(instant)

    def tick(self, instant: int) -> None:
        """One tick; it may stop within an instant."""
        entry = self.engine.tick(instant, TICK)
        assert entry is not None
        self._write(entry)

    def activate(self, at: int, policy: Policy) -> bool:
        """Another policy, at an instant; False where it cannot assess what the board knows."""
        self.pass_time(at)
        in_force = read_in_force(self.open_reader, self.engine.entry)
        if in_force.faults(policy):
            return False
        assert self.engine.tick(at, limit=0) is None
        self.policy = policy
        body = policy.entry_body()
        self._write(self.engine.activate(policy.band_size, policy.exit_rank, in_force.contributions(policy), body))
        return True

    def recover(self) -> None:
        """The entry of a recovery."""
        self._write(self.engine.recover('{"generation":"g"}'))

    def open_reader(self, topic: Topic, partition: int) -> WrittenDown:
        """A reader on what was written down."""
        assert partition == 0
        return WrittenDown({JOURNAL: self._journal, OFFENCES: self._records}.get(topic, []))

    def _write(self, entry: Entry) -> None:
        self.transitions += entry.transitions
        published = chain(entry, "b", self.clock, self.policy.digest, self._hash)
        self._hash = published.hash
        value = canonical_json(published.model_dump(mode="json"))
        self._journal.append(Record(len(self._journal), entry.as_of // 1_000, b"b", value))


def many_ends(clock: ClockMode, many: int, next_at: int | None = INSTANT) -> Written:
    """So many people end at INSTANT; a few stay, one is told late, another's report is taken back late.

    Within the instant a recovery comes; the next report comes at `next_at`. None: the journal ends there.
    """
    history = Written(clock)
    history.tell(START, [Report(f"p{n:05}", "C", START, START) for n in range(many)])
    history.tell(START + 9 * DAY, [Report(who, "B", START + 9 * DAY, START + 9 * DAY) for who in ("q1", "q2", "q3")])
    history.tell(INSTANT - 1, [Report("q4", "A", INSTANT - 1, INSTANT - 1)])
    history.tick(INSTANT)
    assert (history.engine.as_of, history.engine.next_due) == (INSTANT, INSTANT)
    history.recover()
    if next_at is not None:
        history.tell(next_at, [Report("r1", "B", next_at, next_at)])
        later = INSTANT + 2 * DAY
        history.tell(later, [Report("late", "C", START + 30 * DAY, later), Report("q2", "", later, later, revision=2)])
    return history


def ranking(reports: Sequence[Report], at: int, known_at: int) -> list[tuple[str, int]]:
    """Who is ranked at an instant by what was known at another, with their scores; it shares no code with the service.

    A withdrawal takes back what stood there from its beginning.
    """
    known: dict[str, Report] = {}
    for report in reports:
        if report.known_from <= known_at and report.revision > (
            known[report.who].revision if report.who in known else 0
        ):
            known[report.who] = report
    held = [
        one for one in known.values()
        if one.code and min(one.reported_at, one.known_from) <= at < one.reported_at + WINDOW
    ]  # fmt: skip
    held.sort(key=lambda one: (-MILLIDAYS[one.code], -(one.reported_at // DAY), one.who.encode()))
    return [(one.who, MILLIDAYS[one.code]) for one in held]


def band(reports: Sequence[Report], at: int, known_at: int) -> set[str]:
    """The first of them."""
    return {who for who, _ in ranking(reports, at, known_at)[:SIZE]}
