"""The desk as it stands: stays by sequence, rules, handovers. Frozen, and equal where its records are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from desk.shift import DeskShift
from desk.stay import Proposal, Stay
from models.alert import alert_id
from models.desk.rules import DeskRules
from models.instants import SECOND, Micros


@dataclass(frozen=True, slots=True)
class Handover:
    """An offer of the desk, and what became of it; `end` None: it is open."""

    action_id: str
    by: str
    at: Micros
    pack_sequence: int
    pack_offset: int
    pack_at: Micros
    digest: str
    to: str
    end: Literal["taken", "returned"] | None = None
    ended_at: Micros | None = None
    ended_by: str | None = None
    words: str | None = None
    """what was said besides"""

    why: str | None = None
    """why it was returned"""


@dataclass(frozen=True, slots=True)
class Charter:
    """Which history the desk is about."""

    board: str
    first_entry: str


@dataclass(frozen=True, slots=True)
class OfficerShift:
    """Of one officer: from when on they have written, and their last record."""

    began_at: Micros
    last_at: Micros


@dataclass(frozen=True, slots=True)
class Desk:
    """What alerts up to `sequence` and actions up to `offset` (-1: none) come to at `at`; before the rules, nothing."""

    at: Micros
    sequence: int
    offset: int
    charter: Charter | None
    rules: DeskRules | None
    stays: Mapping[int, Stay]
    handovers: tuple[Handover, ...]
    unsigned: int = 0
    """how many actions were taken of officers who had not signed in"""

    shifts: Mapping[str, OfficerShift] = field(default_factory=dict)
    """the newest of every officer, by name, unless they handed it over"""

    shift: DeskShift = field(default_factory=DeskShift)

    def shift_since(self, by: str) -> Micros | None:
        """Since when an officer is on duty by what they wrote; None: they are not, or have written nothing yet."""
        shift, rules = self.shifts.get(by), self.rules
        if shift is None or rules is None or self.at >= shift.last_at + rules.shift_seconds * SECOND:
            return None
        return shift.began_at

    @property
    def is_sealed(self) -> bool:
        """Whether anybody stands under a token."""
        return any(stay.is_sealed for stay in self.stays.values())

    @property
    def on_duty(self) -> str | None:
        """Who took the desk last."""
        return next((each.ended_by for each in reversed(self.handovers) if each.end == "taken"), None)

    def name_of(self, stay: int) -> str:
        """The alert_id of the entrance; before the rules no board is known, and the name lacks it."""
        return alert_id(self.charter.board if self.charter else "", stay)

    @property
    def decisions(self) -> tuple[tuple[int, Proposal], ...]:
        """Each proposal that a second person has confirmed, with its stay."""
        return self._proposals(lambda each: each.end == "confirmed")

    @property
    def open_proposals(self) -> tuple[tuple[int, Proposal], ...]:
        """Each that waits for a second person, with its stay."""
        return self._proposals(lambda each: each.end is None)

    def _proposals(self, wanted: Callable[[Proposal], bool]) -> tuple[tuple[int, Proposal], ...]:
        return tuple(
            (sequence, each) for sequence, stay in sorted(self.stays.items()) for each in stay.proposals if wanted(each)
        )
