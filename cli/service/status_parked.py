"""What `harmwatch status` says of parked partitions, and of a baseline that waits for one."""

from collections.abc import Iterator, Sequence

from sight.look_document import ParkedDocument
from sight.printable import printable

_DETAIL_SHOWN = 200


def render_parked(parked: Sequence[ParkedDocument]) -> Iterator[str]:
    """A line for each, and what to do."""
    for each in parked:
        number, why = each.partition, f"{each.reason} ({printable(each.detail[:_DETAIL_SHOWN])})"
        yield (
            f"partition {number} is parked at offset {each.offset} since {each.since}: {each.refused} of its "
            f"last {each.verdicts} records would be refused, this one for {why}; the others go on. Correct the "
            "sender or the policy, or, if the refusals are right, "
            f"`harmwatch brake release --partition {number} --why TEXT`"
        )
    waits = [str(each.partition) for each in parked if each.baseline_waits]
    if waits:
        yield f"no alert goes out before the baseline, which waits until partition {', '.join(waits)} is released"
