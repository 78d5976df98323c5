"""A backtest: the recorded history, applied to a board of its own under another policy."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from audit.history.stays import Stays
from audit.replay.founding import read_founding
from audit.replay.replay import Replay
from broker.reader import OpenReader
from models.clock import ClockMode
from models.contribution import Run
from models.errors import BrokenInvariant, Unproved
from models.instants import DAY, EARLIEST, Micros, format_instant, parse_instant
from models.journal.entry import JournalEntry
from models.journal.transition import Entry
from models.policy import Policy
from models.record import Record
from scoring.assess import Assessor
from scoring.engine import Engine
from scoring.run import UNDIGESTED, assess_run


class Backtest:
    """One policy, and what would have come of it: when a person moved, and when a record was refused (microseconds)."""

    def __init__(self, policy: Policy, clock: ClockMode) -> None:
        self.policy = policy
        self.engine = Engine(policy.band_size, policy.exit_rank, clock)
        self.stays = Stays()
        self.moved_at: list[int] = []
        self.refused_at: list[int] = []
        self.first_report_at: int | None = None
        self._assess = Assessor(policy)

    def tell(self, run: Run, now: int | None) -> None:
        """The next run; in wall mode everything at `now` (microseconds)."""
        if self.first_report_at is None and run.contributions:
            self.first_report_at = run.contributions[0].recorded_at if now is None else now
        self.refused_at += _refused_at(run, self.engine.as_of, now)
        self._take(self.engine.apply(run, now))

    def pass_time(self, instant: int) -> None:
        """Nothing happens until `instant`."""
        entry = self.engine.tick(instant)
        if entry is not None:
            self._take(entry)

    def assessed(self, entry: JournalEntry, records: Sequence[Record], until: int | None) -> Run:
        """The run of an entry under this policy; in event mode only what had been recorded `until` then."""
        span = entry.run
        if span is None:
            raise BrokenInvariant("an entry without a run has no records")
        run = assess_run(span.partition, span.start, span.end, records, self._assess, UNDIGESTED)
        if until is None or entry.clock == ClockMode.WALL:
            return run
        later = next((item.offset for item in run.contributions if item.recorded_at > until), run.end)
        begun = tuple(item for item in run.contributions if item.offset < later)
        refusals = tuple(refusal for refusal in run.refusals if refusal.offset < later)
        return replace(run, contributions=begun, refusals=refusals)

    def _take(self, answer: object) -> None:
        if not isinstance(answer, Entry):
            raise BrokenInvariant(f"a backtest was answered {type(answer).__name__}")
        self.stays.take(answer.transitions)
        self.moved_at += [change.as_of for change in answer.transitions]


def _refused_at(run: Run, before: int, now: int | None) -> Iterator[int]:
    """Where the board stood when it came to each refused record; by the events' clock such a record moves nothing.

    Those before the first good one stand where that one does.
    """
    if now is not None:
        yield from (max(before, now) for _ in run.refusals)
        return
    coming = deque(run.contributions)
    if before == EARLIEST and coming:
        before = coming[0].recorded_at
    for refusal in run.refusals:
        while coming and coming[0].offset < refusal.offset:
            before = max(before, coming.popleft().recorded_at)
        yield before


@dataclass(frozen=True, slots=True)
class Backtests:
    """Policies tried on the history of one board, measured from `start` to `end` (microseconds, both included)."""

    board: str
    start: int
    end: int
    backtests: Sequence[Backtest]

    def alerts_by_day(self, backtest: Backtest) -> Counter[int]:
        """How many moves there were while it is measured, by UTC day since 1970."""
        return Counter(at // DAY for at in backtest.moved_at if self.start <= at <= self.end)

    def refused(self, backtest: Backtest) -> int:
        """How many records were refused while it is measured."""
        return sum(self.start <= at <= self.end for at in backtest.refused_at)


def try_policies(
    open_reader: OpenReader, policies: Iterable[Policy], start: Micros | None, end: Micros | None
) -> Backtests:
    """Tells the history to a board for each policy, from its beginning to `end`. Raises Unproved outside of it."""
    replay, backtests = Replay(open_reader), list[Backtest]()
    founding, as_of = None, 0
    with closing(replay.published()) as published:
        for entry in published:
            if founding is None:
                founding = read_founding(entry)
                backtests = [Backtest(policy, founding.clock) for policy in policies]
                continue
            as_of = parse_instant(entry.as_of)
            until = end if end is not None and as_of > end else None
            _tell(replay, backtests, entry, as_of, until)
            if until is not None:
                as_of = until
                break
    begins = [backtest.first_report_at for backtest in backtests if backtest.first_report_at is not None]
    if founding is None or not begins:
        raise Unproved("the journal holds no report up to then: there is nothing to try a policy on")
    for backtest in backtests:
        backtest.pass_time(as_of)
    return _within(
        Backtests(founding.board, min(begins) if start is None else start, as_of, backtests), min(begins), end
    )


def _tell(replay: Replay, backtests: Sequence[Backtest], entry: JournalEntry, as_of: int, until: int | None) -> None:
    """One entry; of one that goes beyond `until` only what had happened by then."""
    wall = entry.clock == ClockMode.WALL
    if entry.run is None or (wall and until is not None):
        for backtest in backtests:
            backtest.pass_time(as_of if until is None else until)
        return
    records = replay.inputs.read(entry.run)
    for backtest in backtests:
        backtest.tell(backtest.assessed(entry, records, until), as_of if wall else None)


def _within(backtests: Backtests, first: int, end: int | None) -> Backtests:
    if end is not None and end != backtests.end:
        raise Unproved(f"the journal ends as of {format_instant(backtests.end)}: nothing is known yet of --to")
    if not first <= backtests.start < backtests.end:
        raise Unproved(
            f"--from must lie in the history, from {format_instant(first)} to {format_instant(backtests.end)}"
        )
    return backtests
