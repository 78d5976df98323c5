"""What is settled of a desk: behind the last action, and the alerts before it."""

import heapq
from dataclasses import dataclass, field, replace
from typing import Self

from desk.band_change import BandBaseline, BandChange, EntranceChange, ExitChange
from desk.shift import DeskShift
from desk.state import Charter, Desk, Handover, OfficerShift
from desk.stay import Opening, Stay
from models.desk.rules import DeskRules
from models.instants import SECOND, Micros

_START = Micros(0)


@dataclass(slots=True)
class SettledDesk:
    """Frozen stays in a table that only the fold changes; alerts behind the last action are not in it."""

    at: Micros = _START
    sequence: int = 0
    offset: int = -1
    charter: Charter | None = None
    rules: DeskRules | None = None
    stays: dict[int, Stay] = field(default_factory=dict)
    handovers: tuple[Handover, ...] = ()
    dues: list[tuple[Micros, int]] = field(default_factory=list)
    """a heap; what no longer holds of it is passed over when it comes up, what falls due later put back"""

    shifts: dict[str, OfficerShift] = field(default_factory=dict)
    """of each officer, until they hand it over"""

    unsigned: int = 0
    shift: DeskShift = field(default_factory=DeskShift)

    def copy(self) -> Self:
        """Another one, for showing."""
        return replace(self, stays=dict(self.stays), dues=list(self.dues), shifts=dict(self.shifts))

    def put(self, stay: Stay) -> None:
        """One stay more, or as it is now."""
        self.stays[stay.sequence] = stay
        due = self._due(stay)
        if due is not None:
            heapq.heappush(self.dues, (due, stay.sequence))

    @property
    def next_due(self) -> Micros | None:
        """Before which nothing falls due; None: nothing ever does."""
        return self.dues[0][0] if self.dues else None

    def names(self, stay: str) -> bool:
        """Whether it is the name of a stay of this board."""
        return self.charter is not None and stay.rpartition(":")[0] == self.charter.board

    @property
    def is_sealed(self) -> bool:
        """Whether anybody stands under a token."""
        return any(stay.is_sealed for stay in self.stays.values())

    def advance(self, at: Micros) -> None:
        """Time goes on, never back; terms fall due in the order of instant and stay."""
        self.at = max(self.at, at)
        while self.dues and self.dues[0][0] <= self.at:
            due, sequence = heapq.heappop(self.dues)
            stay = self.stays[sequence]
            now_due = self._due(stay)
            if now_due == due:
                after = stay.expired(due)
                self.put(after.back("orphaned", due) if self._shift_end(after) == due else after)
            elif now_due is not None and now_due > due:
                heapq.heappush(self.dues, (now_due, sequence))

    def _due(self, stay: Stay) -> Micros | None:
        ends = [end for end in (stay.next_due, self._shift_end(stay)) if end is not None]
        return min(ends, default=None)

    def _shift_end(self, stay: Stay) -> Micros | None:
        """When what its owner looked at is an orphan, unless they write something before."""
        if stay.owner is None or stay.handling is None or stay.handling.kind != "look" or self.rules is None:
            return None
        shift = self.shifts.get(stay.owner)
        return Micros((stay.handling.at if shift is None else shift.last_at) + self.rules.shift_seconds * SECOND)

    def wrote(self, by: str) -> None:
        """An officer's record: their shift goes on, or another one begins where the last is over."""
        shift, rules = self.shifts.get(by), self.rules
        is_over = shift is None or (rules is not None and self.at >= shift.last_at + rules.shift_seconds * SECOND)
        self.shifts[by] = OfficerShift(self.at if shift is None or is_over else shift.began_at, self.at)

    def open_desk(self) -> None:
        """With the first rules: what had ended by then was before the desk, what was open is inherited."""
        self.shift = self.shift.begun(self.at)
        for stay in tuple(self.stays.values()):
            opening: Opening = "inherited" if stay.end_sequence is None else "before_desk"
            self.put(replace(stay, opening=opening))

    def apply(self, change: BandChange) -> None:
        """An alert."""
        self.shift = self.shift.with_change(change, self.at)
        opening: Opening = "live" if self.rules else "before_desk"
        match change:
            case BandBaseline():
                for member in change.members:
                    self.put(Stay(member.sequence, member.person, member.at, "inherited"))
            case EntranceChange():
                self.put(Stay(change.sequence, change.person, change.at, opening))
            case ExitChange():
                stay = None if change.stay is None else self.stays.get(change.stay)
                if stay is not None and stay.end_sequence is None and not stay.is_erased:
                    self.put(stay.left(change.sequence, change.at, is_correction=change.is_correction))
        self.sequence = change.sequence

    def desk(self) -> Desk:
        """As a value."""
        return Desk(
            self.at,
            self.sequence,
            self.offset,
            self.charter,
            self.rules,
            dict(self.stays),
            self.handovers,
            self.unsigned,
            dict(self.shifts),
            self.shift,
        )
