"""A reference engine that begins behind an entry, for looking back; a proof begins at the founding."""

from collections.abc import Mapping
from dataclasses import dataclass

from sortedcontainers import SortedList

from models.clock import ClockMode
from models.journal.transition import BandEntry
from scoring.engine import Engine
from scoring.person import Person


@dataclass(frozen=True, slots=True)
class EngineState:
    """A board after an entry, but for its people. Of what was due by then nothing may be left over.

    `missing`: the offsets that partitions must still reach before the baseline, None where none is to come.
    """

    size: int
    exit_rank: int
    clock: ClockMode
    alerts_after: int | None
    missing: Mapping[int, int] | None
    ledger: Mapping[int, int]
    as_of: int
    entry: int
    sequence: int
    members: Mapping[str, BandEntry]


class ResumedEngine(Engine):
    """Goes on from a state with the people of that moment, by id: all of them, or as many as a question needs."""

    def __init__(self, state: EngineState, persons: dict[str, Person]) -> None:
        super().__init__(state.size, state.exit_rank, state.clock, state.alerts_after)
        self._missing = None if state.missing is None else dict(state.missing)
        self.ledger = dict(state.ledger)
        self.as_of = self._entry_as_of = state.as_of
        self.entry = state.entry
        self._persons = persons
        self._due = SortedList((p.due, p.encoded, p.offender_id) for p in persons.values() if p.due is not None)
        self._band.seat(persons.values())
        self._band.members, self._band.sequence = dict(state.members), state.sequence
