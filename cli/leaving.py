"""When somebody in the band could leave it: the first of their own step ends after which they stand below the rest."""

from collections.abc import Callable, Mapping, Sequence

from models.board import BoardRow, OffenderView


def could_leave_at(person: OffenderView, rival_score: int) -> int | None:
    """Microseconds; everybody else stays as they are, and a step that ends leaves nothing behind it.

    Exact for a flat window; with several recency steps it may be later. None: not before all is over.
    """
    score = person.score
    ends = sorted((row.until, row.millidays) for row in person.contributions if row.until is not None)
    for until, millidays in ends:
        score -= millidays
        if score < rival_score or score <= 0:
            return until
    return None


class Leaving:
    """Remembers what was asked about a person until their score, or the rival's, is another."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[int, int, int | None]] = {}

    def of(
        self, rows: Sequence[BoardRow], band_size: int, ask: Callable[[str], OffenderView]
    ) -> Mapping[str, int | None]:
        """For everybody in the band, when they could leave; nobody could while nobody stands below the cut."""
        if len(rows) <= band_size:
            return {}
        rival, known = rows[band_size].score, {}
        for row in rows[:band_size]:
            before = self._known.get(row.offender_id)
            if before is None or before[:2] != (row.score, rival):
                before = (row.score, rival, could_leave_at(ask(row.offender_id), rival))
            known[row.offender_id] = before
        self._known = known
        return {offender_id: leaves_at for offender_id, (_, _, leaves_at) in known.items()}
