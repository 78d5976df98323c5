"""What is asked about the past. A question goes to another process, and is what its answer is kept under."""

from dataclasses import dataclass

from models.instants import Micros


@dataclass(frozen=True, slots=True)
class PersonQuestion:
    """One person at an instant, None: now. `by_later`: by everything that is known now, not by what was known then."""

    offender_id: str
    at: Micros | None
    by_later: bool


@dataclass(frozen=True, slots=True)
class BandQuestion:
    """The whole band at an instant, as known then; `known_at`: and as known at that one, `by_later`: as known now."""

    at: Micros
    known_at: Micros | None = None
    by_later: bool = False


@dataclass(frozen=True, slots=True)
class AmendmentsQuestion:
    """Which alerts from an instant on would not be sent today; None: all."""

    since: Micros | None


@dataclass(frozen=True, slots=True)
class ExplanationQuestion:
    """The page for a case file of the alert with a number, which is about this person; `made_by` stands on it."""

    sequence: int
    offender_id: str
    made_by: str


@dataclass(frozen=True, slots=True)
class ProofQuestion:
    """The proof file of an alert."""

    alert_id: str


Question = PersonQuestion | BandQuestion | AmendmentsQuestion | ExplanationQuestion | ProofQuestion
