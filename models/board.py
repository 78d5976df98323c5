"""What a board shows: the ranking and one person; instants in microseconds, scores in millidays."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One line of the ranking; `since` is when they entered the band, None outside it."""

    rank: int
    offender_id: str
    score: int
    in_band: bool
    since: int | None


@dataclass(frozen=True, slots=True)
class ContributionRow:
    """One offence of a person; `until` is the end of the present step, None once nothing counts."""

    offence_id: str
    revision: int
    code: str
    millidays: int
    reported_at: int
    until: int | None
    counted: bool


@dataclass(frozen=True, slots=True)
class OffenderView:
    """One person with every offence known of them, the heaviest first; `entered` is the sequence of their entrance."""

    offender_id: str
    rank: int | None
    score: int
    in_band: bool
    since: int | None
    contributions: list[ContributionRow]
    entered: int | None = None


SLICE_ROWS = 10_000
"""So many ranks are read at one moment: Redis gives them in a few milliseconds, for which runs wait."""


@dataclass(frozen=True, slots=True)
class BoardHead:
    """Where a board stands: its newest entry (None: there is no board), and who may change it."""

    entry: int | None
    generation: str | None
    recovering: bool


@dataclass(frozen=True, slots=True)
class BoardSlice:
    """The SLICE_ROWS ranks from `first` on, fewer only of the last slice, and where the board stood at that moment.

    Scores that fill the rank key stand as that.
    """

    first: int
    head: BoardHead
    rows: list[BoardRow]
