"""The live engine (Lua in a real Valkey) and the reference engine give the same, field by field."""

import itertools
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

import scoring.engine
import state.store
from models.answers import Ahead, DrainFirst, Rewind
from models.clock import ClockMode
from models.contribution import Contribution, Refusal, Run, Step, Weight
from models.instants import DAY, EARLIEST, parse_instant
from models.transition import Entry
from scoring.engine import Engine
from state.bound_to import BoundTo
from state.keys import Keys
from state.store import Applied, Store

START = parse_instant("2024-02-28T22:00:00Z")
HOUR = DAY // 24
OFFENDERS = ["a", "b", "{v100}", "ä", "z\n z", "\U0001f600", "￿", "nul\0", "B", "aa"]
LITTLE_DRAIN = 4
_boards = itertools.count()

hours = st.integers(0, 60)
steps = st.lists(
    st.tuples(st.sampled_from([1, 2, 3, 7, 20]), st.sampled_from([1, 2, 5, 5, 5, 10, 182_500, 2**36])),
    max_size=3,
)


@dataclass(frozen=True)
class Draft:
    """What Hypothesis chooses of a contribution."""

    kind: str
    offender_id: str
    offence: int
    revision: int
    recorded: int
    anchored: int
    reported: int
    code: str
    steps: list[tuple[int, int]]


drafts = st.builds(
    Draft,
    kind=st.sampled_from(["offence.reported", "offence.reported", "offence.amended", "offence.withdrawn"]),
    offender_id=st.sampled_from(OFFENDERS),
    offence=st.integers(1, 4),
    revision=st.sampled_from([1, 1, 1, 2, 3, 2**53 - 1]),
    recorded=hours,
    anchored=st.sampled_from([0, 1, 2, 10, 30]),
    reported=st.sampled_from([0, 1, 30]),
    code=st.sampled_from(["19C.1.1", "104.25", ""]),
    steps=steps,
)


def make(draft: Draft, offset: int, base: int) -> Contribution:
    recorded_at, anchor = base + draft.recorded * HOUR, base + draft.anchored * HOUR
    untils = sorted({until for until, _ in draft.steps})
    worths = sorted((worth for _, worth in draft.steps), reverse=True)
    pairs = zip(untils, worths, strict=False) if draft.kind != "offence.withdrawn" else ()
    return Contribution(
        offset=offset,
        event_id=f"event-{offset}",
        kind=draft.kind,
        offender_id=draft.offender_id,
        offence_id=f"offence-{draft.offence}",
        revision=draft.revision,
        recorded_at=recorded_at,
        reported_at=base + draft.reported * HOUR,
        anchor_at=anchor,
        weight=Weight(draft.code, tuple(Step(until * HOUR, worth) for until, worth in pairs)),
    )


def reassessed(item: Contribution, weights: dict[str, list[tuple[int, int]]], hours_later: int) -> Contribution:
    """What another policy makes of it: another weight for its code, another anchor."""
    chosen = item.weight.steps
    if item.code in weights and item.kind != "offence.withdrawn":
        untils = sorted({until for until, _ in weights[item.code]})
        worths = sorted((worth for _, worth in weights[item.code]), reverse=True)
        chosen = tuple(Step(until * HOUR, worth) for until, worth in zip(untils, worths, strict=False))
    return item._replace(anchor_at=item.anchor_at + hours_later * HOUR, weight=Weight(item.code, chosen))


class Both(RuleBasedStateMachine):
    """One history on both engines."""

    url = ""

    @initialize(
        size=st.integers(1, 4),
        slack=st.sampled_from([0, 0, 1, 3]),
        clock=st.sampled_from(list(ClockMode)),
        after=st.none() | hours,
        spill_bytes=st.sampled_from([0, 80, 2_048]),
        ends=st.fixed_dictionaries({0: st.integers(0, 12), 1: st.integers(0, 6)}),
    )
    def found(  # noqa: PLR0913, PLR0917  (everything that a history is born with)
        self, size: int, slack: int, clock: ClockMode, after: int | None, spill_bytes: int, ends: dict[int, int]
    ) -> None:
        self.clock = clock
        state.store.SPILL_BYTES = spill_bytes
        alerts_after = None if after is None else START + after * HOUR
        self.engine = Engine(size, size + slack, clock, alerts_after, ends)
        self.store = Store(self.url, Keys("", f"b{next(_boards)}"), BoundTo("digest", clock, alerts_after))
        self.now = START
        self.offsets = {0: 0, 1: 0}
        self.generation = "one"
        self.store.claim(self.generation)
        pending = ends if after is not None else None
        self.store.found(self.generation, size, size + slack, EARLIEST, "{}", pending)
        self.store.renew(self.generation, "{}")
        self.entries = [self.engine.found("{}"), self.engine.recover("{}")]
        self.in_force: dict[tuple[str, str], Contribution] = {}

    @rule(
        partition=st.integers(0, 1),
        chosen=st.lists(drafts, max_size=6),
        refused=st.booleans(),
        gap=st.integers(0, 2),
        passed=st.integers(0, 6),
    )
    def run(self, partition: int, chosen: list[Draft], refused: bool, gap: int, passed: int) -> None:
        self.now += passed * HOUR
        start = self.offsets[partition]
        items = tuple(make(draft, start + gap + i, START) for i, draft in enumerate(chosen))
        end = start + gap + len(items)
        refusals = (Refusal(end, "not_valid", 'a "quoted" detail ä'),) if refused else ()
        end += len(refusals)
        self.apply(Run(partition, start, end, "0" * 64, items, refusals))

    def apply(self, run: Run) -> None:
        now = self.now if self.clock is ClockMode.WALL else None
        while True:
            reference = self.engine.apply(run, now)
            live = self.store.apply(run, self.generation, self.engine.entry - isinstance(reference, Entry), now)
            if not isinstance(reference, DrainFirst):
                break
            assert isinstance(live, DrainFirst)
            if len(run.contributions) > 1:
                middle = run.contributions[1].offset
                self.tick_to(run.contributions[0].recorded_at if now is None else now)
                self.apply(Run(run.partition, run.start, middle, run.digest, run.contributions[:1], ()))
                run = Run(run.partition, middle, run.end, run.digest, run.contributions[1:], run.refusals)
            else:
                self.tick_to(run.contributions[0].recorded_at if now is None and run.contributions else self.now)
        assert isinstance(reference, Entry)
        assert isinstance(live, Applied)
        self.offsets[run.partition] = run.end
        self.entries.append(reference)
        for item in run.contributions:
            known = self.in_force.setdefault((item.offender_id, item.offence_id), item)
            if item.revision > known.revision:
                self.in_force[item.offender_id, item.offence_id] = item

    @rule(passed=st.integers(0, 30), heartbeat=st.none() | st.just(10 * HOUR))
    def tick(self, passed: int, heartbeat: int | None) -> None:
        self.now += passed * HOUR
        if self.clock is ClockMode.WALL:
            self.tick_to(self.now, heartbeat)

    def tick_to(self, target: int, heartbeat: int | None = None) -> None:
        seen = self.engine.entry
        reference = self.engine.tick(target, LITTLE_DRAIN, heartbeat)
        live = self.store.tick(self.generation, seen, target, LITTLE_DRAIN, heartbeat)
        assert isinstance(live, Applied)
        assert live.as_of == self.engine.as_of
        if reference is not None:
            self.entries.append(reference)

    @rule(
        size=st.integers(1, 4),
        slack=st.sampled_from([0, 0, 1, 3]),
        hours_later=st.sampled_from([0, 0, -1, 5]),
        weights=st.dictionaries(st.sampled_from(["19C.1.1", "104.25", ""]), steps),
        at_once=st.integers(1, 5),
    )
    def another_policy_is_activated(
        self, size: int, slack: int, hours_later: int, weights: dict[str, list[tuple[int, int]]], at_once: int
    ) -> None:
        items = [reassessed(item, weights, hours_later) for item in self.in_force.values()]
        for start in range(0, max(1, len(items)), at_once):
            part = items[start : start + at_once]
            assert isinstance(self.store.restate(self.generation, part, first=start == 0), Applied)
        assert isinstance(self.store.activate(self.generation, "digest", size, size + slack, '{"policy": 1}'), Applied)
        self.entries.append(self.engine.activate(size, size + slack, items, '{"policy": 1}'))

    @rule()
    def refusals_are_accepted(self) -> None:
        assert isinstance(self.store.accept(self.generation, len(self.entries), '{"refused": 501}'), Applied)
        self.entries.append(self.engine.accept('{"refused": 501}'))

    @rule(partition=st.integers(0, 1), back=st.integers(1, 5))
    def a_run_that_is_known_is_answered_ahead(self, partition: int, back: int) -> None:
        known = self.offsets[partition]
        if known:
            run = Run(partition, max(0, known - back), known + 1, "0" * 64, (), ())
            assert self.engine.apply(run, self.now) == Ahead(known)
            assert self.store.apply(run, self.generation, 0, self.now) == Ahead(known)

    @rule(partition=st.integers(0, 1))
    def a_run_with_a_hole_before_it_is_answered_rewind(self, partition: int) -> None:
        run = Run(partition, self.offsets[partition] + 1, self.offsets[partition] + 2, "0" * 64, (), ())
        assert isinstance(self.engine.apply(run, self.now), Rewind)
        assert isinstance(self.store.apply(run, self.generation, 0, self.now), Rewind)

    @rule()
    def another_generation_or_a_newer_memory_changes_nothing(self) -> None:
        run = Run(0, self.offsets[0], self.offsets[0] + 1, "0" * 64, (), ())
        assert isinstance(self.store.apply(run, "two", 0, self.now), Rewind)
        assert isinstance(self.store.apply(run, self.generation, self.engine.entry + 1, self.now), Rewind)
        assert isinstance(self.store.tick("two", 0, self.now), Rewind)

    @precondition(lambda self: len(self.entries) > 0)
    @rule()
    def the_outbox_is_trimmed(self) -> None:
        self.the_entries_are_the_same()
        assert self.store.trim(self.generation, self.engine.entry, "hash") is None
        self.entries = []

    @invariant()
    def the_entries_are_the_same(self) -> None:
        if not hasattr(self, "entries"):
            return
        live = self.store.outbox(1_000)
        assert live[-5:] == self.entries[-5:]
        assert len(live) == len(self.entries)

    @invariant()
    def the_board_is_the_same(self) -> None:
        if not hasattr(self, "entries"):
            return
        position = self.store.position()
        assert (position.entry, position.sequence, position.as_of) == (
            self.engine.entry,
            self.engine.sequence,
            self.engine.as_of,
        )
        assert position.ledger == {p: o for p, o in self.engine.ledger.items() if p in position.ledger}
        capped = [(row.rank, row.offender_id, row.score, row.in_band, row.since) for row in self.engine.board(99)]
        assert [(r.rank, r.offender_id, r.score, r.in_band, r.since) for r in self.store.board(99)] == capped

    @rule(offender_id=st.sampled_from(OFFENDERS))
    def a_person_is_the_same(self, offender_id: str) -> None:
        assert self.store.offender(offender_id) == self.engine.offender(offender_id)

    def teardown(self) -> None:
        if hasattr(self, "store"):
            self.store.claim("end")
            self.store.drop("end")
            self.store.close()


def compare(url: str, histories: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring.engine, "RUN_DRAIN_LIMIT", LITTLE_DRAIN)
    monkeypatch.setattr(state.store, "RUN_DRAIN_LIMIT", LITTLE_DRAIN)
    monkeypatch.setattr(state.store, "SPILL_BYTES", state.store.SPILL_BYTES)
    monkeypatch.setattr(Both, "url", url)
    run_state_machine_as_test(
        Both,
        settings=settings(
            max_examples=histories,
            stateful_step_count=200,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_both_engines_are_equal_on_random_histories(valkey_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compare(valkey_url, 60, monkeypatch)


@pytest.mark.thorough
def test_both_engines_are_equal_on_many_random_histories(valkey_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compare(valkey_url, 2_000, monkeypatch)
