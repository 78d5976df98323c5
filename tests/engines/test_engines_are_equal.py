"""The live engine (Lua in a real Valkey) and the reference engine give the same, field by field.

What the journal tells of it is repeated at once on two others, which know nothing but the entries and their inputs.
"""

import itertools
from dataclasses import replace

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

from models.answers import Ahead, DrainFirst, Rewind
from models.clock import ClockMode
from models.contribution import Contribution, Refusal, Run
from models.instants import EARLIEST
from models.journal.transition import Entry
from scoring.engine import Engine
from state.board_settings import BoardSettings
from state.keys import Keys
from state.limits import SHIPPED
from state.store import Applied, Store
from tests.engines.drafts import HOUR, OFFENDERS, START, Draft, drafts, hours, make, reassessed, steps
from tests.engines.repeating import Activated, EntryRepeater, Told

LITTLE_DRAIN = 4
LITTLE_TICK = 3
LIMITS = replace(SHIPPED, run_drain=LITTLE_DRAIN, work_bytes=2**40)  # to the reference a step is a step
LATE_HOURS = 10
"""So late the earliest is recorded: what ends soon, and has just ended, is told of throughout a history."""

_boards = itertools.count()


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
        limits = replace(LIMITS, spill_bytes=spill_bytes)
        alerts_after = None if after is None else START + after * HOUR
        self.engine = Engine(size, size + slack, clock, alerts_after, ends)
        self.store, again = (
            Store(self.url, Keys("", f"b{next(_boards)}"), BoardSettings("digest", clock, alerts_after), limits=limits)
            for _ in range(2)
        )
        self.now: int = START
        self.offsets = {0: 0, 1: 0}
        self.generation = "one"
        self.store.claim(self.generation)
        pending = ends if after is not None else None
        self.store.found(self.generation, size, size + slack, EARLIEST, "{}", pending)
        self.store.renew(self.generation, "{}")
        self.entries = [self.engine.found("{}")]
        self.repeating = EntryRepeater(again, Engine(size, size + slack, clock, alerts_after, ends), clock)
        self.repeating.found(size, size + slack, pending)
        self.take(self.engine.recover("{}"))
        self.in_force: dict[tuple[str, str], Contribution] = {}

    def take(self, entry: Entry, told: Told = None) -> None:
        """A new entry; `told` is what its repetition has to be given beside it."""
        self.entries.append(entry)
        self.the_newest_entries_are_the_same()
        self.repeating.follow(entry, told)

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
        base = max(START, self.engine.as_of - LATE_HOURS * HOUR)
        items = tuple(make(draft, start + gap + i, base) for i, draft in enumerate(chosen))
        end = start + gap + len(items)
        refusals = (Refusal(end, "not_valid", 'a "quoted" detail ä'),) if refused else ()
        end += len(refusals)
        self.apply(Run(partition, start, end, "0" * 64, items, refusals))

    @rule(who=st.lists(st.sampled_from(OFFENDERS), min_size=3, unique=True), draft=drafts, lasts=st.integers(1, 20))
    def many_end_together(self, who: list[str], draft: Draft, lasts: int) -> None:
        """At one instant, soon."""
        alike = replace(draft, kind="offence.reported", recorded=0, anchored=LATE_HOURS, steps=[(lasts, 5)])
        self.run(0, [replace(alike, offender_id=one) for one in who], refused=False, gap=0, passed=0)

    def apply(self, run: Run) -> None:
        now = self.now if self.clock is ClockMode.WALL else None
        while True:
            reference = self.engine.apply(run, now, LITTLE_DRAIN)
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
        self.take(reference, run)
        for item in run.contributions:
            known = self.in_force.setdefault((item.offender_id, item.offence_id), item)
            if item.revision > known.revision:
                self.in_force[item.offender_id, item.offence_id] = item

    @rule(
        passed=st.integers(0, 30), limit=st.sampled_from([2, 3, 3, 1, 4, 9]), heartbeat=st.none() | st.just(10 * HOUR)
    )
    def tick(self, passed: int, limit: int, heartbeat: int | None) -> None:
        """In event mode on the way to a record, while too much is due before it."""
        self.now += passed * HOUR
        wall = self.clock is ClockMode.WALL
        self.tick_to(self.now if wall else self.engine.as_of + passed * HOUR, limit, heartbeat if wall else None)

    def tick_to(self, target: int, limit: int = LITTLE_TICK, heartbeat: int | None = None) -> None:
        seen = self.engine.entry
        reference = self.engine.tick(target, limit, heartbeat)
        live = self.store.tick(self.generation, seen, target, limit, heartbeat)
        assert isinstance(live, Applied)
        assert live.as_of == self.engine.as_of
        if reference is not None:
            self.take(reference)

    @rule()
    def the_board_is_recovered(self) -> None:
        self.generation = f"generation-{self.engine.entry}"
        body = '{"generation": "another"}'
        self.store.claim(self.generation)
        assert isinstance(self.store.renew(self.generation, body), Applied)
        self.take(self.engine.recover(body))

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
            assert isinstance(self.store.reassess(self.generation, part, first=start == 0), Applied)
        told = Activated(size, size + slack, items, '{"policy": 1}')
        assert isinstance(self.store.activate(self.generation, "digest", told.size, told.exit_rank, told.body), Applied)
        self.take(self.engine.activate(told.size, told.exit_rank, items, told.body), told)

    @rule()
    def refusals_are_accepted(self) -> None:
        assert isinstance(self.store.accept(self.generation, self.engine.entry, '{"refused": 501}'), Applied)
        self.take(self.engine.accept('{"refused": 501}'))

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
        assert self.store.outbox(1_000) == self.entries[:1_000]
        assert self.store.trim(self.generation, self.engine.entry, "hash") is None
        self.entries = []

    def the_newest_entries_are_the_same(self) -> None:
        written = len(self.entries)
        assert self.store.take(written, max(0, written - 5)) == self.entries[-5:]

    @invariant()
    def the_board_is_the_same(self) -> None:
        if not hasattr(self, "entries"):
            return
        position = self.store.position()
        assert position.outbox == len(self.entries)
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
            self.repeating.close()


def compare(url: str, histories: int, monkeypatch: pytest.MonkeyPatch, *, drawn_anew: bool = False) -> None:
    """`drawn_anew`: other histories in each run; else the same in every one."""
    monkeypatch.setattr(Both, "url", url)
    run_state_machine_as_test(
        Both,
        settings=settings(
            max_examples=histories,
            stateful_step_count=200,
            derandomize=not drawn_anew,
            print_blob=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_both_engines_are_equal_on_random_histories(valkey_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compare(valkey_url, 40, monkeypatch)


@pytest.mark.thorough
@pytest.mark.timeout(600)  # five hundred histories, which take a quarter of it on a quiet machine
@pytest.mark.parametrize("quarter", range(4))
def test_both_engines_are_equal_on_many_random_histories(
    valkey_url: str, monkeypatch: pytest.MonkeyPatch, quarter: int
) -> None:
    del quarter  # each draws histories of its own
    compare(valkey_url, 500, monkeypatch, drawn_anew=True)
