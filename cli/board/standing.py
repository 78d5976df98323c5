"""How a person stands, as documents have it."""

from sight.document import Document


class StandingDocument(Document):
    """Rank, null where nothing counts, and score."""

    rank: int | None
    score_millidays: int
