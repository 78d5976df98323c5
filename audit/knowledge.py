"""What was known at some instant: of every offence the revision that counted then, and from when on it holds.

A revision holds from its anchor, or from the moment the board was told of it where that is earlier. So what was
told late counts for the time it speaks of, and what was known at once counts as it did.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from audit.past import Told
from models.clock import ClockMode
from models.contribution import Contribution, Run, Weight
from models.errors import BrokenInvariant
from models.transition import Entry
from scoring.engine import Engine

_PARTITION = 0


@dataclass(frozen=True, slots=True)
class Known:
    """The highest revision of an offence, and the instant from which it holds (microseconds)."""

    item: Contribution
    holds_from: int


class Knowledge:
    """A witness: keeps of every offence the highest revision; of two equal ones the first."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Known] = {}

    def __call__(self, told: Told) -> None:
        """Takes in what an entry told."""
        for item, told_at in told.contributions():
            self.take(item, told_at)

    def take(self, item: Contribution, told_at: int) -> None:
        """Takes in one revision that the board was told at `told_at`."""
        key = item.offender_id, item.offence_id
        known = self._known.get(key)
        if known is not None and known.item.revision >= item.revision:
            return
        holds_from = min(item.anchor_at, told_at)
        if known is not None and not item.weight.steps:
            # What counts nothing has no time of its own: it takes back what stood there before.
            holds_from = min(holds_from, known.holds_from)
        self._known[key] = Known(item, holds_from)

    def timeline(self) -> list[Known]:
        """Every offence as it is known, in the order in which they begin to hold."""
        return sorted(self._known.values(), key=lambda known: (known.holds_from, known.item.offset))


class Retelling:
    """The history as it would have gone, had everything that is known been told in time."""

    def __init__(self, size: int, exit_rank: int, timeline: list[Known]) -> None:
        self.engine = Engine(size, exit_rank, ClockMode.WALL)
        self._timeline = timeline

    def run(self, until: int) -> Iterator[Entry]:
        """Tells it up to an instant (microseconds)."""
        for place, known in enumerate(self._timeline):
            if known.holds_from > until:
                break
            run = Run(_PARTITION, place, place + 1, "", (known.item,), ())
            entry = self.engine.apply(run, known.holds_from)
            if not isinstance(entry, Entry):
                raise BrokenInvariant(f"a retelling was answered {type(entry).__name__}")
            yield entry
        ticked = self.engine.tick(until)
        if ticked is not None:
            yield ticked


def without_future(item: Contribution, instant: int) -> Contribution:
    """The item as far as it concerns `instant`: what is anchored later counts nothing then."""
    return item if item.anchor_at <= instant else item._replace(weight=Weight(item.code, ()))
