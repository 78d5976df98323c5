"""The whole band at one moment, and the alerts that would not be sent today, as pages and their JSON have them."""

from typing import Literal

from sight.document import Document


class BandRowDocument(Document):
    """One person of the band."""

    rank: int
    offender_id: str
    score_millidays: int
    in_band_since: str | None


class MisplacedDocument(Document):
    """On the wrong side of the cut; `known_since` is null where the order of arrival decides."""

    offender_id: str
    was_in_band: bool
    then_rank: int | None
    then_millidays: int
    known_rank: int | None
    known_millidays: int
    known_since: str | None


class BandDocument(Document):
    """`known_at` null: as known at `as_of` itself. Else `rows` are those of then still, and `misplaced` who differs."""

    board: str
    as_of: str
    known_at: str | None
    policy: str | None
    rows: tuple[BandRowDocument, ...]
    misplaced: tuple[MisplacedDocument, ...]


class IntervalDocument(Document):
    """In which an alert did not hold."""

    begin: str
    end: str


class AmendmentDocument(Document):
    """An alert that would not be sent today; `by_others`: what counts of the person themselves is what it was."""

    alert_id: str
    transition: Literal["entered", "left"]
    offender_id: str
    as_of: str
    intervals: tuple[IntervalDocument, ...]
    by_others: bool


class AmendmentsDocument(Document):
    """By what is known at `known_at`; `first_days`: so many more from before the band was first full."""

    board: str
    known_at: str
    since: str | None
    amendments: tuple[AmendmentDocument, ...]
    first_days: int
