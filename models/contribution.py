"""What one report contributes to its offender's score: a step function of time."""

from dataclasses import dataclass
from typing import NamedTuple, NewType

from models.instants import days_since_1900

Millidays = NewType("Millidays", int)
"""Thousandths of a day of harm: neither days nor an instant. Hot loops count plain integers."""


class Step(NamedTuple):
    """`millidays` count until the instant `until` (microseconds, exclusive)."""

    until: int
    millidays: int


class Weight(NamedTuple):
    """What a code counts: `steps` rise strictly in `until`, which is counted from the anchor here.

    They hold millidays above 0 only: what counts nothing has none. `code` is "" where a withdrawal
    names none. A policy has few of them, so that one of them stands for many contributions.
    """

    code: str
    steps: tuple[Step, ...]


class Contribution(NamedTuple):
    """One revision of one offence, ready to be applied; `anchor_at` is where the window begins."""

    offset: int
    event_id: str
    kind: str
    offender_id: str
    offence_id: str
    revision: int
    recorded_at: int
    reported_at: int
    anchor_at: int
    weight: Weight

    @property
    def code(self) -> str:
        """The code of the offence."""
        return self.weight.code

    @property
    def anchor_day(self) -> int:
        """The UTC date of the anchor, days since 1900-01-01."""
        return days_since_1900(self.anchor_at)

    @property
    def steps(self) -> tuple[Step, ...]:
        """The steps at their own instants."""
        return tuple([Step(self.anchor_at + until, millidays) for until, millidays in self.weight.steps])


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that was refused: it stands in the journal and goes to the dead letters."""

    offset: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Run:
    """Consecutive records of one partition, [start, end); `digest` is the SHA-256 over them (hex)."""

    partition: int
    start: int
    end: int
    digest: str
    contributions: tuple[Contribution, ...]
    refusals: tuple[Refusal, ...]
