"""The document of `harmwatch amendments`."""

from pydantic import Field

from cli.claims import Claim
from cli.policy.unassessed import UnassessedCount
from sight.document import Document


class IntervalDocument(Document):
    """From when to when an alert did not hold."""

    start: str = Field(serialization_alias="from")
    end: str = Field(serialization_alias="to")


class AmendedDocument(Document):
    """An alert that would not have been sent; `by_others`: what is known of the person themselves did not change."""

    alert_id: str
    transition: str
    offender_id: str
    as_of: str
    by_others: bool
    intervals: tuple[IntervalDocument, ...]


class WrongDocument(Document):
    """How many alerts, about how many people, and how many days of wrong membership they come to."""

    alerts: int
    people: int
    days: float


class SummaryDocument(Document):
    """What the amendments come to; `moved_by_others` are among the others."""

    wrongly_on: WrongDocument
    wrongly_off: WrongDocument
    moved_by_others: WrongDocument


class AmendmentsFigures(Document):
    """The alerts that did not hold, of how many it was asked about, and what no policy of its time could assess.

    `first_days`: how many were left out, since they were sent before the band was first full, at `full_since`.
    """

    board: str
    known_at: str
    since: str | None
    offender_id: str | None
    alerts: int
    full_since: str | None
    first_days: int
    summary: SummaryDocument
    amendments: tuple[AmendedDocument, ...]
    unassessed: tuple[UnassessedCount, ...]


class AmendmentsDocument(AmendmentsFigures):
    """Amendments; each line of their text is made of one of `claims`."""

    claims: tuple[Claim, ...]
