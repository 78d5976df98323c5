"""What one report contributes to its offender's score: a step function of time."""

from dataclasses import dataclass
from typing import NamedTuple


class Step(NamedTuple):
    """`millidays` count until the instant `until` (microseconds, exclusive)."""

    until: int
    millidays: int


class Contribution(NamedTuple):
    """One revision of one offence, ready to be applied.

    `steps` rise strictly in `until` and hold millidays above 0 only: a contribution that counts
    nothing has none. `code` is "" where a withdrawal names none.
    """

    offset: int
    event_id: str
    kind: str
    offender_id: str
    offence_id: str
    revision: int
    code: str
    recorded_at: int
    reported_at: int
    anchor_day: int
    steps: tuple[Step, ...]


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
