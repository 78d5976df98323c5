"""What a verification found: in plain words, each with its topic and offset."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from models.topics import Topic

FAULTS_LISTED = 20

RecordPlace = tuple[str, int]
"""A topic, without prefix, and an offset."""


@dataclass(frozen=True, slots=True)
class Foreign:
    """A record that is none of ours; `passed_over`: a person has looked at it."""

    topic: str
    offset: int
    what: str
    is_fault: bool
    passed_over: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found: how many faults and foreign records, and the first ones of each, as `Faults` counts them."""

    count: int
    listed: tuple[str, ...]
    foreign_count: int
    unseen: int
    foreign: tuple[Foreign, ...]

    @property
    def unseen_foreign(self) -> list[Foreign]:
        """The first foreign records that are no fault, and that nobody has passed over."""
        return [each for each in self.foreign if not (each.passed_over or each.is_fault)]

    def with_text(self, text: str) -> "Findings":
        """The same with one more fault, which lies in no topic."""
        return replace(self, count=self.count + 1, listed=(*self.listed, text)[:FAULTS_LISTED])

    def with_foreign(self, topic: Topic, offset: int, what: str, *, passed_over: bool) -> "Findings":
        """The same with one more foreign record, which is no fault."""
        one = Foreign(topic.name, offset, what, is_fault=False, passed_over=passed_over)
        return replace(
            self, foreign_count=self.foreign_count + 1, unseen=self.unseen + (not passed_over),
            foreign=(*self.foreign, one)[:FAULTS_LISTED],
        )  # fmt: skip


class Faults:
    """Counts every fault and keeps the first ones; while `muted` it hears nothing.

    Foreign records have a list of their own. Where none of our readers acts on one, it is a finding and no fault:
    `unseen` counts those that no person has passed over yet.
    """

    def __init__(self, passed_over: Collection[RecordPlace] = ()) -> None:
        self.count = self.foreign_count = self.unseen = 0
        self.listed: list[str] = []
        self.foreign: list[Foreign] = []
        self.muted = False
        self._passed_over = frozenset(passed_over)

    def found(self) -> Findings:
        """What was found so far."""
        return Findings(self.count, tuple(self.listed), self.foreign_count, self.unseen, tuple(self.foreign))

    def add(self, topic: Topic, offset: int | None, text: str) -> None:
        """One more; `offset` None where no single record is at fault."""
        place = topic.name if offset is None else f"{topic.name} offset {offset}"
        self.add_text(f"{place}: {text}")

    def add_text(self, text: str) -> None:
        """One more that lies in no topic."""
        if self.muted:
            return
        self.count += 1
        if len(self.listed) < FAULTS_LISTED:
            self.listed.append(text)

    def add_foreign(self, topic: Topic, offset: int, what: str, *, is_fault: bool = False) -> None:
        """A foreign record; as a fault it is counted among those too, and cannot be passed over."""
        if self.muted:
            return
        self.foreign_count += 1
        passed_over = not is_fault and (topic.name, offset) in self._passed_over
        if is_fault:
            self.add(topic, offset, what)
        elif not passed_over:
            self.unseen += 1
        if len(self.foreign) < FAULTS_LISTED:
            self.foreign.append(Foreign(topic.name, offset, what, is_fault, passed_over))
