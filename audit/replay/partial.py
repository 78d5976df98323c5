"""An entry repeated in part: a run as far as an instant, or record by record as far as one transition."""

from collections.abc import Iterator
from dataclasses import replace

from audit.replay.repetition import whole
from models.contribution import Run
from models.journal.transition import Entry, Transition
from scoring.engine import Engine


def begun_until(run: Run, instant: int) -> Run:
    """The beginning of a run, without the first record that was recorded later (microseconds) and what is behind it."""
    later = next((item for item in run.contributions if item.recorded_at > instant), None)
    if later is None:
        return run
    begun = tuple(item for item in run.contributions if item.offset < later.offset)
    return replace(run, end=later.offset, contributions=begun)


def run_to(engine: Engine, run: Run, wall: int | None, sequence: int) -> Iterator[tuple[Run, Transition | None]]:
    """Record by record, what is due before each step by step: the run so far, and the transition where it has come.

    `wall`: the instant of the run on a board that goes by the wall.
    """
    for number, item in enumerate(run.contributions, 1):
        before = replace(run, end=item.offset, contributions=run.contributions[: number - 1])
        if found := tick_to(engine, max(engine.as_of, item.recorded_at) if wall is None else wall, sequence):
            yield before, found
        start, end = engine.ledger.get(run.partition, 0), item.offset + 1
        one = replace(run, start=start, end=end, contributions=(item,), refusals=())
        entry = whole(engine.apply(one, wall))
        yield replace(run, end=end, contributions=run.contributions[:number]), find(entry, sequence)


def tick_to(engine: Engine, target: int, sequence: int) -> Transition | None:
    """Works off what is due up to `target`, one change at a time, until the transition has come."""
    while (entry := engine.tick(target, limit=1)) is not None:
        if found := find(entry, sequence):
            return found
    return None


def find(entry: Entry, sequence: int) -> Transition | None:
    """The transition with a sequence; None: it does not come out of this entry."""
    return next((change for change in entry.transitions if change.sequence == sequence), None)
