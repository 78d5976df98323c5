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
    rule,
    run_state_machine_as_test,
)

from models.answers import STANDS_BEFORE, Ahead, DrainFirst, Rewind
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
STEPS = 70
"""Of one history."""

UNCOMPARED = 20
"""So many entries wait to be compared: they stay in the outbox as they were written, and to ask for each is dear."""

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
    def found(
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
        self.entries, self.compared = [self.engine.found("{}")], 0
        self.repeating = EntryRepeater(again, Engine(size, size + slack, clock, alerts_after, ends), clock)
        self.repeating.found(size, size + slack, pending)
        self.take(self.engine.recover("{}"))
        self.in_force: dict[tuple[str, str], Contribution] = {}

    def take(self, entry: Entry, told: Told = None) -> None:
        """A new entry; `told` is what its repetition has to be given beside it."""
        self.entries.append(entry)
        if len(self.entries) - self.compared >= UNCOMPARED:
            self.the_entries_are_the_same()
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

    @rule(
        who=st.lists(st.sampled_from(OFFENDERS), min_size=3, max_size=7, unique=True),
        draft=drafts,
        lasts=st.integers(1, 20),
        twice=st.booleans(),
    )
    def many_end_together(self, who: list[str], draft: Draft, lasts: int, twice: bool) -> None:
        """At one instant, soon; of each person one offence or two."""
        alike = replace(draft, kind="offence.reported", recorded=0, anchored=LATE_HOURS, steps=[(lasts, 5)])
        other = replace(alike, offence=draft.offence % 4 + 1)
        chosen = [replace(each, offender_id=one) for one in who for each in ((other, alike) if twice else (alike,))]
        self.run(0, chosen, refused=False, gap=0, passed=0)

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

    @rule(recovers=st.booleans())
    def the_board_is_recovered_or_refusals_are_accepted(self, recovers: bool) -> None:
        """Entries that change nothing else."""
        if recovers:
            self.generation = f"generation-{self.engine.entry}"
            body = '{"generation": "another"}'
            self.store.claim(self.generation)
            assert isinstance(self.store.renew(self.generation, body), Applied)
            self.take(self.engine.recover(body))
        else:
            body = '{"refused": 501}'
            assert isinstance(self.store.accept(self.generation, self.engine.entry, body), Applied)
            self.take(self.engine.accept(body))

    @rule(
        size=st.integers(1, 4),
        slack=st.sampled_from([0, 0, 1, 3]),
        hours_later=st.sampled_from([0, 0, -1, 5]),
        weights=st.dictionaries(st.sampled_from(["19C.1.1", "104.25", ""]), steps),
        at_once=st.sampled_from([2, 7, 40]),
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

    @rule(partition=st.integers(0, 1), back=st.integers(1, 5))
    def what_is_refused_changes_nothing(self, partition: int, back: int) -> None:
        """A run that is known, one with a hole before it, another generation, a newer memory: in one go."""
        stands, no_records = self.offsets[partition], ("0" * 64, (), ())
        known = Run(partition, max(0, stands - back), stands + 1, *no_records)
        hole = Run(partition, stands + 1, stands + 2, *no_records)
        fitting = Run(partition, stands, stands + 1, *no_records)
        assert self.engine.apply(hole, self.now) == STANDS_BEFORE
        calls = [
            self.store.run_again(hole, self.generation, 0, self.now, repeats=False),
            self.store.run_again(fitting, "two", 0, self.now, repeats=False),
            self.store.run_again(fitting, self.generation, self.engine.entry + 1, self.now, repeats=False),
            self.store.tick_again("two", 0, self.now, None),
        ]
        if stands:
            assert self.engine.apply(known, self.now) == Ahead(stands)
            calls.append(self.store.run_again(known, self.generation, 0, self.now, repeats=False))
        answers, _ = self.store.send(calls, 1).answers()
        assert [type(answer) for answer in answers[:4]] == [Rewind] * 4
        assert answers[4:] == [Ahead(stands)] * len(calls[4:])

    @rule()
    def all_that_is_kept_is_the_same(self) -> None:
        """Of every person, and in the outbox, which is trimmed then."""
        assert self.store.outbox(1_000) == self.entries
        assert self.store.board(99) == self.engine.board(99)
        assert self.store.offenders(OFFENDERS) == [self.engine.offender(one) for one in OFFENDERS]
        assert self.store.trim(self.generation, self.engine.entry, "hash") is None
        self.entries, self.compared = [], 0

    def the_entries_are_the_same(self) -> None:
        assert self.store.take(len(self.entries), self.compared) == self.entries[self.compared :]
        self.compared = len(self.entries)

    @invariant()
    def the_board_is_the_same(self) -> None:
        if not hasattr(self, "entries"):
            return
        view = self.store.sighting(99)
        position, board = view.position, self.engine.board(99)
        assert position.outbox == len(self.entries)
        assert (position.entry, position.sequence, position.as_of) == (
            self.engine.entry,
            self.engine.sequence,
            self.engine.as_of,
        )
        assert position.ledger == {p: o for p, o in self.engine.ledger.items() if p in position.ledger}
        assert list(view.rows) == board
        assert {who: entrance.as_of for who, entrance in view.entrances.items()} == {
            row.offender_id: row.since for row in board if row.in_band
        }

    def teardown(self) -> None:
        if hasattr(self, "entries"):
            self.all_that_is_kept_is_the_same()
            self.store.claim("end")
            self.store.drop("end")
            self.store.close()
            self.repeating.close()


def compare(url: str, histories: int, monkeypatch: pytest.MonkeyPatch, *, drawn_afresh: bool = False) -> None:
    """`drawn_afresh`: other histories in each run; else the same in every one."""
    monkeypatch.setattr(Both, "url", url)
    run_state_machine_as_test(
        Both,
        settings=settings(
            max_examples=histories,
            stateful_step_count=STEPS,
            derandomize=not drawn_afresh,
            print_blob=True,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_both_engines_are_equal_on_random_histories(valkey_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compare(valkey_url, 40, monkeypatch)


@pytest.mark.thorough
@pytest.mark.timeout(600)  # five hundred histories, which take a tenth of it on a quiet machine
@pytest.mark.parametrize("quarter", range(4))
def test_both_engines_are_equal_on_many_random_histories(
    valkey_url: str, monkeypatch: pytest.MonkeyPatch, quarter: int
) -> None:
    del quarter  # each draws histories of its own
    compare(valkey_url, 500, monkeypatch, drawn_afresh=True)
