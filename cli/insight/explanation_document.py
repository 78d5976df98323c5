"""The document of `harmwatch explain`: every figure from which its sentences are made."""

from cli.board.standing import StandingDocument
from cli.claims import Claim
from sight.document import Document


class RecordDocument(Document):
    """Where a record lies."""

    topic: str
    partition: int
    offset: int


class SourceDocument(RecordDocument):
    """Where a record lies, and from when on it was known."""

    told_at: str


class CauseDocument(Document):
    """What moved a person; which fields are null depends on its kind."""

    kind: str
    event_id: str | None
    offence_id: str | None
    offender_id: str | None
    source: RecordDocument | None


class CounterpartDocument(Document):
    """Who moved the other way by the same change."""

    offender_id: str
    rank: int | None
    score_millidays: int


class AlertDocument(Document):
    """The alert that is explained; `sent` is false before the baseline."""

    alert_id: str
    sent: bool
    transition: str
    entry: int | None
    previous: StandingDocument
    cause: CauseDocument
    counterpart: CounterpartDocument | None
    expected_exit_at: str | None
    in_band_from: str | None


class ListedAlertDocument(Document):
    """An alert about the person; `sent` is false before the baseline."""

    alert_id: str
    transition: str
    as_of: str
    sent: bool


class CutDocument(Document):
    """The score of the last place from which one enters, and the person's margin; null where that place is free."""

    score_millidays: int | None
    margin_millidays: int | None


class CountedDocument(Document):
    """An offence that counted: the index's days, times status, times recency."""

    offence_id: str
    revision: int
    code: str
    title: str | None
    index_line: int | None
    index_millidays: int
    status: str
    status_percent: int
    recency_percent: int
    millidays: int
    reported_at: str
    until: str
    source: SourceDocument


class ExcludedDocument(Document):
    """What did not count, by which rule; of a refused record no offence is known. `ended_at`: of what has expired."""

    offence_id: str | None
    revision: int | None
    rule: str
    detail: str
    ended_at: str | None
    source: SourceDocument


class CounterfactualDocument(Document):
    """How a person would stand without one offence."""

    offence_id: str
    score_millidays: int
    rank: int | None
    in_band: bool


class WouldChangeDocument(Document):
    """What would have changed membership, everybody else staying as they were."""

    needed_millidays: int | None
    lead_millidays: int | None
    first_outside: StandingDocument | None
    without: tuple[CounterfactualDocument, ...]


class RulesDocument(Document):
    """The policy that was in force, as far as an explanation needs it."""

    id: str
    version: str
    owner: str
    digest: str
    window_days: int
    anchor: str
    ages: bool
    size: int
    exit_rank: int
    titles_known: bool


class JournalDocument(Document):
    """The last entry of the journal that was read; its hash stands for everything before it."""

    entry: int
    hash: str


class ExplanationFigures(Document):
    """An explanation without its claims; `alert` is null where a person was asked about.

    `alerts`: then, all about the person up to that moment.
    """

    board: str
    offender_id: str
    as_of: str
    alert: AlertDocument | None
    rank: int | None
    score_millidays: int
    in_band: bool
    in_band_since: str | None
    alerts: tuple[ListedAlertDocument, ...]
    cut: CutDocument
    contributions: tuple[CountedDocument, ...]
    excluded: tuple[ExcludedDocument, ...]
    would_change: WouldChangeDocument
    policy: RulesDocument
    journal: JournalDocument


class ExplanationDocument(ExplanationFigures):
    """An explanation; each sentence of its text is made of one of `claims`."""

    claims: tuple[Claim, ...]
