"""The reference engine against the law written out naively: every rank counted again after every change."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from models.clock import ClockMode
from models.contribution import Contribution, Step
from models.instants import EARLIEST
from models.journal.transition import ActiveContribution, BandEntry, Cause, CauseKind, Entry, Move, Standing, Transition
from scoring.engine import Engine
from tests.scoring.engines import START, a_report, a_run, tick

HOUR = 3_600_000_000
KINDS = {
    "offence.reported": CauseKind.OFFENCE,
    "offence.amended": CauseKind.AMENDMENT,
    "offence.withdrawn": CauseKind.WITHDRAWAL,
}


@dataclass
class Naive:
    """Everything known, the band, and no index of any kind."""

    size: int
    exit_rank: int
    as_of: int = EARLIEST
    known: dict[tuple[str, str], Contribution] = field(default_factory=dict)
    steps: dict[tuple[str, str], list[Step]] = field(default_factory=dict)
    band: dict[str, BandEntry] = field(default_factory=dict)
    transitions: list[Transition] = field(default_factory=list)

    def counted(self, who: str) -> list[tuple[Contribution, Step]]:
        rows = [(self.known[at], steps[0]) for at, steps in self.steps.items() if at[0] == who and steps]
        return sorted(rows, key=lambda row: (-row[1].millidays, -row[0].reported_at, row[0].offence_id.encode()))

    def score(self, who: str) -> int:
        return sum(step.millidays for _, step in self.counted(who))

    def key(self, rows: list[tuple[Contribution, Step]]) -> int:
        score = sum(step.millidays for _, step in rows)
        return -(min(score, 2**36 - 1) * 131072 + max(item.anchor_day for item, _ in rows))

    def order(self) -> list[str]:
        people = {who for who, _ in self.known if self.counted(who)}
        return sorted(people, key=lambda who: (self.key(self.counted(who)), who.encode()))

    def standings(self) -> dict[str, Standing]:
        order = self.order()
        ranks = {who: rank for rank, who in enumerate(order, 1)}
        return {who: Standing(ranks.get(who), self.score(who)) for who, _ in self.known}

    def advance(self, instant: int) -> None:
        while due := sorted(self._ends(instant)):
            end, _, who = due[0]
            self.as_of = end
            before = self.standings()
            falls = []
            for at in [at for at in self.steps if at[0] == who and self.steps[at] and self.steps[at][0].until == end]:
                ended = self.steps[at].pop(0)
                falls.append((-(ended.millidays - sum(s.millidays for s in self.steps[at][:1])), at[1].encode(), at[1]))
            self.align(before, Cause(CauseKind.EXPIRY, None, min(falls)[2], who), None)
        self.as_of = max(instant, self.as_of)

    def _ends(self, instant: int) -> Iterator[tuple[int, bytes, str]]:
        for (who, _), steps in self.steps.items():
            yield from ((step.until, who.encode(), who) for step in steps if step.until <= instant)

    def apply(self, item: Contribution) -> None:
        at = item.offender_id, item.offence_id
        if at in self.known and self.known[at].revision >= item.revision:
            return
        before = self.standings()
        self.known[at] = item
        self.steps[at] = [step for step in item.steps if step.until > self.as_of]
        self.align(before, Cause(KINDS[item.kind], item.event_id, *reversed(at)), item.offset)

    def align(self, before: dict[str, Standing], cause: Cause, offset: int | None) -> None:
        after = self.standings()
        in_order = sorted(after, key=lambda who: after[who].rank or 10**9)
        left = [who for who in in_order if who in self.band and (after[who].rank or 10**9) > self.exit_rank]
        entered = [who for who in in_order if who not in self.band and (after[who].rank or 10**9) <= self.size]
        assert len(left) <= 1
        assert len(entered) <= 1
        for who in left:
            self.move(Move.LEFT, who, *entered, cause=cause, offset=offset, before=before, after=after)
        for who in entered:
            self.move(Move.ENTERED, who, *left, cause=cause, offset=offset, before=before, after=after)

    def move(  # noqa: PLR0913  (the naive law knows everything at once)
        self,
        move: Move,
        who: str,
        other: str | None = None,
        *,
        cause: Cause,
        offset: int | None,
        before: dict[str, Standing],
        after: dict[str, Standing],
    ) -> None:
        sequence, entrance = len(self.transitions) + 1, self.band.pop(who, None)
        if move is Move.ENTERED:
            self.band[who] = BandEntry(sequence, self.as_of)
        if who != cause.offender_id:
            kind = CauseKind.DISPLACEMENT if move is Move.LEFT else CauseKind.VACANCY
            cause = Cause(kind, cause.event_id, cause.offence_id, cause.offender_id)
        order, rows = self.order(), self.counted(who)
        shown = (ActiveContribution(i.offence_id, i.code, s.millidays, i.reported_at, s.until) for i, s in rows[:20])
        self.transitions.append(
            Transition(
                sequence,
                move,
                who,
                after[who].rank,
                after[who].score,
                before.get(who, Standing(None, 0)),
                self.score(order[self.size - 1]) if len(order) >= self.size else None,
                other,
                cause,
                tuple(shown),
                len(rows),
                self.exit_of(who) if move is Move.ENTERED else None,
                entrance,
                self.as_of,
                offset,
            )
        )

    def exit_of(self, who: str) -> int | None:
        """Ends the person's steps one instant after the other, the others left alone, and looks."""
        kept = {at: list(steps) for at, steps in self.steps.items()}
        try:
            for end in sorted({step.until for at, steps in kept.items() if at[0] == who for step in steps}):
                for at in self.steps:
                    if at[0] == who:
                        self.steps[at] = [step for step in kept[at] if step.until > end]
                order = self.order()
                if who not in order or order.index(who) >= self.exit_rank:
                    return end
            return None
        finally:
            self.steps = kept


def _contribution(  # noqa: PLR0913, PLR0917  (what Hypothesis chooses)
    who: str, offence: int, revision: int, kind: str, at: int, untils: list[int], worths: list[int]
) -> Contribution:
    falling = sorted(worths, reverse=True)
    steps = tuple(Step(START + until * HOUR, worth) for until, worth in zip(sorted(untils), falling, strict=False))
    steps = () if kind == "offence.withdrawn" else steps
    return a_report(who, 0, str(offence), kind=kind, revision=revision, at=START + at * HOUR, steps=steps)


items = st.builds(
    _contribution,
    st.sampled_from(["a", "b", "B", "é", "￿", "\U0001f600", "aa"]),
    st.integers(1, 4),
    st.sampled_from([1, 1, 1, 2, 3]),
    st.sampled_from(["offence.reported", "offence.reported", "offence.amended", "offence.withdrawn"]),
    st.integers(0, 80),
    st.lists(st.integers(1, 90), max_size=3, unique=True),
    st.lists(st.sampled_from([1, 2, 5, 5, 5, 2**36]), min_size=3, max_size=3),
)
histories = st.lists(items, max_size=30)
sizes = st.tuples(st.integers(1, 3), st.sampled_from([0, 0, 1, 3]))


def transitions_of(engine: Engine, history: list[Contribution], cuts: list[int]) -> list[Transition]:
    """The history in runs that begin at the cuts."""
    moved: list[Transition] = []
    edges = [0, *sorted(cuts), len(history)]
    for first, last in pairwise(edges):
        entry = engine.apply(a_run(engine, *history[first:last]))
        assert isinstance(entry, Entry)
        moved += entry.transitions
    return moved


@given(histories, sizes)
@settings(max_examples=400, deadline=None)
def test_transitions_and_board_are_those_of_the_law(history: list[Contribution], sizes: tuple[int, int]) -> None:
    size, slack = sizes
    engine, naive = Engine(size, size + slack, ClockMode.EVENT), Naive(size, size + slack)
    moved = transitions_of(engine, history, [])
    for item in a_run(Engine(1, 1, ClockMode.EVENT), *history).contributions:
        naive.advance(max(naive.as_of, item.recorded_at))
        naive.apply(item)
    moved += tick(engine, START + 200 * HOUR)
    naive.advance(START + 200 * HOUR)
    assert moved == naive.transitions


@given(histories, st.lists(st.integers(0, 100), max_size=5), st.integers(1, 5))
@settings(max_examples=300, deadline=None)
def test_in_wall_mode_with_little_ticks_too(history: list[Contribution], waits: list[int], limit: int) -> None:
    engine, naive, moved = Engine(2, 3, ClockMode.WALL), Naive(2, 3), []
    for number, item in enumerate(history):
        now = START + (waits[number % len(waits)] if waits else number) * HOUR
        if number % 3 == 0:
            moved += tick(engine, now, limit)
        run = a_run(engine, item)
        entry = engine.apply(run, now)
        assert isinstance(entry, Entry)
        moved += entry.transitions
        naive.advance(max(naive.as_of, now))
        naive.apply(run.contributions[0])
    assert moved == naive.transitions


@given(histories, st.data())
@settings(max_examples=300, deadline=None)
def test_any_cutting_into_runs_gives_the_same_transitions(history: list[Contribution], data: st.DataObject) -> None:
    cuts = data.draw(st.lists(st.integers(0, len(history)), max_size=6))
    whole, cut = Engine(2, 3, ClockMode.EVENT), Engine(2, 3, ClockMode.EVENT)
    assert transitions_of(whole, history, []) == transitions_of(cut, history, cuts)
    assert whole.board(99) == cut.board(99)


@given(histories, st.randoms(use_true_random=False))
@settings(max_examples=300, deadline=None)
def test_the_ranking_is_a_function_of_the_set_of_reports(history: list[Contribution], random: Random) -> None:
    engine = Engine(2, 2, ClockMode.EVENT)
    distinct = {(item.offender_id, item.offence_id, item.revision): item for item in history}
    shuffled = list(distinct.values())
    random.shuffle(shuffled)
    transitions_of(engine, shuffled, [])
    best: dict[tuple[str, str], Contribution] = {}
    for item in sorted(shuffled, key=lambda item: item.revision):
        best[item.offender_id, item.offence_id] = item
    naive = Naive(2, 2, engine.as_of, best)
    naive.steps = {at: [step for step in best[at].steps if step.until > engine.as_of] for at in best}
    expected = [(who, naive.score(who)) for who in naive.order()]
    assert [(row.offender_id, row.score) for row in engine.board(99)] == expected
    assert [row.offender_id for row in engine.board(99) if row.in_band] == naive.order()[:2]
