"""Everything that a desk is made of, and the part of it that was there at an instant."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from desk.band_change import BandChange
from desk.fold import DeskFold, PlacedAction
from models.instants import Micros


@dataclass(frozen=True, slots=True)
class ForeignRecord:
    """A record that is no action of this desk."""

    offset: int
    at: Micros


@dataclass(frozen=True, slots=True)
class DeskRecords:
    """Changes of the band by sequence, actions and foreign records by offset.

    `told_at`: of each sequence, when Kafka took its alert.
    """

    changes: tuple[BandChange, ...] = ()
    acts: tuple[PlacedAction, ...] = ()
    foreign: tuple[ForeignRecord, ...] = ()
    told_at: Mapping[int, Micros] = field(default_factory=dict)

    def until(self, at: Micros) -> "DeskRecords":
        """What was there at `at`: actions by the desk's time, alerts that they name, and those that Kafka had then."""
        acts = tuple(takewhile(lambda act: act.told_at <= at, self.acts))
        named = max((act.action.after for act in acts), default=0)
        changes = takewhile(lambda one: one.sequence <= named or self.told_at[one.sequence] <= at, self.changes)
        foreign = takewhile(lambda record: record.at <= at, self.foreign)
        return DeskRecords(tuple(changes), acts, tuple(foreign), self.told_at)

    def fold(self, first_entry: str | None = None) -> DeskFold:
        """All of it, folded. Raises PreconditionFailed where it is about a journal with another entry 1."""
        fold = DeskFold(first_entry)
        for change in self.changes:
            fold.add_change(change)
        for act in self.acts:
            fold.add_act(act)
        return fold
