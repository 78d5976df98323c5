"""What a worker does when the brake stops a run: it ends, unless somebody has said that the refusals are right."""

import json
from collections import Counter

from models.answers import Braked
from models.contribution import Run
from models.errors import TooManyRefusals

_REASONS_SHOWN = 3


class Acceptance:
    """The word of the person who started this worker, on refusals and on the `clock`; each holds once."""

    def __init__(self, *, given: bool, clock: bool = False) -> None:
        self._given = given
        self.clock = clock

    def use(self, run: Run, braked: Braked) -> str:
        """The body of the entry that records it. Raises TooManyRefusals where it was not given, or is used up."""
        if not self._given:
            raise TooManyRefusals(_in_words(run, braked))
        self._given = False
        return json.dumps({"refused": braked.refused, "verdicts": braked.verdicts})


def _in_words(run: Run, braked: Braked) -> str:
    counts = Counter(item.reason for item in run.refusals).most_common(_REASONS_SHOWN)
    examples = {item.reason: item for item in reversed(run.refusals)}
    reasons = "; ".join(
        f"{reason}, {count} in this run, the first at offset {examples[reason].offset}: {examples[reason].detail[:200]}"
        for reason, count in counts
    )
    return (
        f"{braked.refused} of the last {braked.verdicts} records would be refused, more than half, so that the run "
        f"[{run.start}, {run.end}) of partition {run.partition} was not applied: {reasons}. Correct the policy or "
        "whoever sends the reports; if the refusals are right, `harmwatch worker --accept-refusals` lets them pass."
    )
