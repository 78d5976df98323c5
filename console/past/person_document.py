"""One person at one moment, as the page about them and its JSON have it."""

from typing import Literal

from sight.document import Document


class OffenceDocument(Document):
    """What counts; `title` is null where the policy's file is another one, the figures where knowledge is later."""

    offence_id: str
    revision: int
    code: str | None
    title: str | None
    index_millidays: int | None
    status: str | None
    status_percent: int | None
    recency_percent: int | None
    millidays: int
    reported_at: str
    until: str


class UncountedDocument(Document):
    """What does not count, and why; of a refused record no offence is known."""

    offence_id: str | None
    revision: int | None
    why: str


class AlertLineDocument(Document):
    """A move into the band or out of it; `sent` is false before the baseline."""

    alert_id: str
    transition: Literal["entered", "left"]
    as_of: str
    sent: bool


class ScoreCauseDocument(Document):
    """One offence that counts otherwise from then on."""

    kind: Literal["reported", "amended", "ended", "policy"]
    offence_id: str
    code: str
    millidays: int


class ScoreChangeDocument(Document):
    """The score from `at` on."""

    at: str
    score_millidays: int
    causes: tuple[ScoreCauseDocument, ...]


class PointDocument(Document):
    """How they stand from a moment to come on, if nothing more is reported about anybody."""

    as_of: str
    score_millidays: int
    rank: int | None
    in_band: bool


class PersonDocument(Document):
    """`is_known` false: no report about them was known, and all else is empty; that is no all-clear.

    `known`: by the knowledge of the moment itself, or of now; then `score`, `path` and `alerts` are empty.
    """

    board: str
    offender_id: str
    as_of: str
    known: Literal["then", "now"]
    known_at: str
    entry: int | None
    policy: str
    is_known: bool
    rank: int | None = None
    score_millidays: int = 0
    in_band: bool = False
    in_band_since: str | None = None
    margin_millidays: int | None = None
    contributions: tuple[OffenceDocument, ...] = ()
    uncounted: tuple[UncountedDocument, ...] = ()
    alerts: tuple[AlertLineDocument, ...] = ()
    score: tuple[ScoreChangeDocument, ...] = ()
    path: tuple[PointDocument, ...] = ()
