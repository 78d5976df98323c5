"""What became of rows that are neither sent nor wrong, and what was put where a file says nothing."""

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from intake.mapping.gathered import RowGatherer
from intake.mapping.left_out import Filter


class Tally(NamedTuple):
    """Counts of rows. `left_out` by column and text, `differing` by field, `defaults` by field and default."""

    left_out: Counter[tuple[str, str]]
    gathered: int
    differing: Counter[str]
    defaults: Counter[tuple[str, str]]


def tally_of(
    filters: Iterable[Filter], gatherings: Iterable[RowGatherer | None], defaults: Counter[tuple[str, str]]
) -> Tally:
    """The tally of all files of one mapping."""
    left_out, differing, rows = Counter[tuple[str, str]](), Counter[str](), 0
    for one in filters:
        left_out.update(one.counts)
    for gathering in gatherings:
        if gathering is not None:
            differing.update(gathering.differing)
            rows += gathering.rows
    return Tally(left_out, rows, differing, defaults)


NO_TALLY = Tally(Counter(), 0, Counter(), Counter())
