"""When a person in the band could leave it: the first of their own step ends after which they stand below the rest."""

import time
from collections.abc import Callable, Mapping, Sequence

from models.board import BoardRow, OffenderView

_ASKED_AGAIN_SECONDS = 300.0
_ASKED_AT_ONCE = 50
"""A person with thousands of offences is read whole, and meanwhile the store does nothing else."""


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


class ExitTimes:
    """Remembers what was asked about a person until their score, or the rival's, is another, or minutes have passed.

    A corrected date moves the end of a step, and no score. `clock`: monotonic seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[tuple[str, int, int], tuple[float, int | None]] = {}

    def of(
        self, rows: Sequence[BoardRow], exit_rank: int, ask: Callable[[Sequence[str]], Sequence[OffenderView]]
    ) -> Mapping[str, int | None]:
        """For everyone in the band, when they could leave; no one could while no one stands below the exit rank.

        Asks about many at once, since a store under load lets every question wait for a run.
        """
        if len(rows) <= exit_rank:
            return {}
        rival = rows[exit_rank].score
        wanted = [(row.offender_id, row.score, rival) for row in rows[:exit_rank] if row.in_band]
        now = self._clock()
        known = {item: found for item, found in self._known.items() if now - found[0] < _ASKED_AGAIN_SECONDS}
        unknown = [item for item in wanted if item not in known]
        for at in range(0, len(unknown), _ASKED_AT_ONCE):
            some = unknown[at : at + _ASKED_AT_ONCE]
            persons = ask([offender_id for offender_id, _, _ in some])
            known |= {item: (now, could_leave_at(person, rival)) for item, person in zip(some, persons, strict=True)}
        self._known = {item: known[item] for item in wanted}
        return {offender_id: leaves_at for (offender_id, _, _), (_, leaves_at) in self._known.items()}
