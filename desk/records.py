"""Everything that a desk is made of, and the part of it that was there at an instant."""

from dataclasses import dataclass
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
    """Changes of the band by sequence, actions and foreign records by offset."""

    changes: tuple[BandChange, ...] = ()
    acts: tuple[PlacedAction, ...] = ()
    foreign: tuple[ForeignRecord, ...] = ()

    def until(self, at: Micros) -> "DeskRecords":
        """What was there at `at`: records up to the first later one, alerts that they name, and those until then."""
        acts = tuple(takewhile(lambda act: act.at <= at, self.acts))
        named = max((act.action.after for act in acts), default=0)
        changes = takewhile(lambda change: change.sequence <= named or change.at <= at, self.changes)
        foreign = takewhile(lambda record: record.at <= at, self.foreign)
        return DeskRecords(tuple(changes), acts, tuple(foreign))

    def fold(self, first_entry: str | None = None) -> DeskFold:
        """All of it, folded. Raises PreconditionFailed where it is about a journal with another entry 1."""
        fold = DeskFold(first_entry)
        for change in self.changes:
            fold.add_change(change)
        for act in self.acts:
            fold.add_act(act)
        return fold
