"""What a person's score was at every moment, as known at that moment, and what changed it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

from audit.history.evidence import Evidence, Item
from audit.history.history_replay import Reign
from audit.history.own_records import in_force
from models.contribution import Millidays, Step
from models.errors import Refused
from models.policy import Policy
from scoring.assess import Assessor


class ChangeKind(StrEnum):
    """What changed a score."""

    REPORTED = "reported"
    AMENDED = "amended"
    ENDED = "ended"
    POLICY = "policy"


@dataclass(frozen=True, slots=True)
class ScoreCause:
    """One offence that counts otherwise from then on: by so many millidays more or less."""

    kind: ChangeKind
    offence_id: str
    code: str
    millidays: Millidays


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """From `at` (microseconds) until the next change the score is `score` (millidays)."""

    at: int
    score: Millidays
    causes: tuple[ScoreCause, ...]


class ScorePath:
    """Of the person whose evidence it is, under the policies of their time."""

    def __init__(self, evidence: Evidence, reigns: Sequence[Reign]) -> None:
        self._items, self._reigns = evidence.items, reigns
        self._weighed: dict[str, list[Sequence[Step]]] = {}

    def changes(self, until: int) -> Iterator[ScoreChange]:
        """Every change up to an instant (microseconds), the first from nothing."""
        before: dict[str, int] = {}
        for at in sorted(each for each in self._instants if each <= until):
            now = self._worth(at)
            causes = tuple(self._causes(at, before, now))
            if causes:
                yield ScoreChange(at, Millidays(sum(now.values())), causes)
            before = now

    @cached_property
    def _instants(self) -> set[int]:
        """When anything of it may change."""
        ends = {step.until for reign in self._reigns for steps in self._under(reign.policy) for step in steps}
        return ends | {item.source.known_from for item in self._items} | {reign.since for reign in self._reigns}

    def _under(self, policy: Policy) -> list[Sequence[Step]]:
        """What each report counts under a policy, in the order in which they were received."""
        if policy.digest not in self._weighed:
            assess = Assessor(policy)
            self._weighed[policy.digest] = [_steps(assess, item) for item in self._items]
        return self._weighed[policy.digest]

    def _worth(self, at: int) -> dict[str, int]:
        """What counted at an instant: millidays by offence."""
        weighed = self._under(in_force(self._reigns, at))
        counted = {}
        for offence_id, number in self._known(at).items():
            millidays = next((step.millidays for step in weighed[number] if at < step.until), 0)
            if millidays:
                counted[offence_id] = millidays
        return counted

    def _known(self, at: int) -> dict[str, int]:
        """Of each offence the report that counted: the highest revision, and of two equal ones the first."""
        known: dict[str, int] = {}
        for number, item in enumerate(self._items):
            best = known.get(item.report.offence_id)
            newer = best is None or self._items[best].report.revision < item.report.revision
            if newer and item.source.known_from <= at:
                known[item.report.offence_id] = number
        return known

    def _causes(self, at: int, before: dict[str, int], now: dict[str, int]) -> Iterator[ScoreCause]:
        for offence_id in sorted(before.keys() | now.keys()):
            difference = now.get(offence_id, 0) - before.get(offence_id, 0)
            if difference:
                yield ScoreCause(
                    self._kind(at, offence_id), offence_id, self._code(at, offence_id), Millidays(difference)
                )

    def _code(self, at: int, offence_id: str) -> str:
        """The last that was reported of it; a withdrawal has none."""
        known = [item for item in self._items if item.report.offence_id == offence_id and item.source.known_from <= at]
        return next((item.report.code for item in reversed(known) if item.report.code), "")

    def _kind(self, at: int, offence_id: str) -> ChangeKind:
        known = [item for item in self._items if item.report.offence_id == offence_id]
        if any(item.source.known_from == at for item in known):
            return ChangeKind.REPORTED if _is_first(known, at) else ChangeKind.AMENDED
        return ChangeKind.POLICY if any(reign.since == at for reign in self._reigns) else ChangeKind.ENDED


def _steps(assess: Assessor, item: Item) -> Sequence[Step]:
    """None where the policy cannot assess it."""
    try:
        return assess(item.report, item.source.offset).steps
    except Refused:
        return ()


def _is_first(known: Sequence[Item], at: int) -> bool:
    return all(item.source.known_from >= at for item in known)
