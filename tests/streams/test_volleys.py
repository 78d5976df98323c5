"""A journal repeated in volleys: each entry comes out as it was, or the first that does not is named."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import pytest

from broker.entries import AnyEntry, Tail, any_entry
from models.alert import wire_bytes
from models.clock import ClockMode
from models.contribution import Step
from models.errors import BrokenInvariant
from models.instants import DAY
from models.journal.entry import FIRST_PREVIOUS_HASH, chain
from models.journal.plain_entry import plain_hash
from models.journal.transition import Entry, EntryKind
from models.record import Record, run_digest
from models.topics import Topic
from policies.policy_file import load_policy
from runtime.installation import Installation
from runtime.settings import Settings
from runtime.topic_identity import TopicIdentity
from state.limits import SHIPPED
from state.store import Call
from streams.recovery.inputs import Inputs
from streams.recovery.interrupted import Interrupted
from streams.recovery.repeater import EntryRepeater
from streams.recovery.volleys import Volleys
from tests.audit.golden.history import WrittenDown
from tests.state.boards import GENERATION, START, Board, a_report, a_run

NAME, DIGEST, MINUTE = "v100", "digest", 60_000_000
DUE = START + 250 * MINUTE
NEWEST = 3
"""The board's founding, its recovery and one run are there already."""

RECORDS = [Record(offset, 0, None, b"no report") for offset in range(10)]
"""Of the board's one partition; the run that is there already covers the first two of them."""


class WrittenInputs(Inputs):
    """Reads the records from memory."""

    def open(self, topic: Topic, partition: int) -> WrittenDown:  # type: ignore[override]  # promises the same
        assert (topic.name, partition) == ("offences.v1", 0)
        return WrittenDown(RECORDS)


class WatchedRepeating(EntryRepeater):
    """Remembers of each call that is made for several entries how many steps they ended."""

    steps: list[int]

    def call(self, entries: Sequence[AnyEntry]) -> Call:
        """The same."""
        self.steps.append(sum(entry.drained for entry in entries))
        return super().call(entries)


class Repeated:
    """A board by the wall on which a step ends at DUE, and the entries that its journal has behind the newest."""

    def __init__(self, url: str, ends: dict[int, int] | None = None) -> None:
        self.board = Board(url, clock=ClockMode.WALL, ends=ends, alerts_after=START if ends else None)
        self.board.apply(a_run([a_report(lasts=DUE - START), a_report("b", lasts=DAY)]), now=START)
        self.board.store.trim(GENERATION, NEWEST, FIRST_PREVIOUS_HASH)
        settings = Settings.model_construct(**{name: field.default for name, field in Settings.model_fields.items()})
        installation = Installation(settings, load_policy(settings.policy), TopicIdentity("", "", "", 1))
        self.done: list[int] = []
        repeating = WatchedRepeating(installation, self.board.store, GENERATION)
        self.steps: list[int] = []
        repeating.steps = self.steps
        repeating.inputs = WrittenInputs(installation)
        self.volleys = Volleys(
            self.board.store, GENERATION, repeating,
            Tail(NEWEST, FIRST_PREVIOUS_HASH), self._chained, lambda entry: self.done.append(entry.entry),
        )  # fmt: skip

    def _chained(self, entry: Entry, tail: Tail, _: AnyEntry) -> Tail:
        digest = plain_hash(entry, NAME, "wall", DIGEST, tail.hash)
        return Tail(entry.number, digest or chain(entry, NAME, "wall", DIGEST, tail.hash).hash)

    def take(self, entries: list[Entry]) -> None:
        """Chained, written, read and repeated to the end."""
        previous = FIRST_PREVIOUS_HASH
        for entry in entries:
            published = chain(entry, NAME, "wall", DIGEST, previous)
            previous = published.hash
            read = any_entry(wire_bytes(published), NAME)
            assert read is not None
            self.volleys.take(read)
        self.volleys.settle()


@pytest.fixture
def repeated(valkey_url: str) -> Iterator[Repeated]:
    made = Repeated(valkey_url)
    yield made
    made.board.store.close()


def heartbeats(count: int, first: int = NEWEST + 1, at: int = START) -> list[Entry]:
    """One a minute, from a minute behind `at` on."""
    return [Entry(first + n, EntryKind.HEARTBEAT, at + (n + 1) * MINUTE) for n in range(count)]


def test_a_quiet_day_costs_the_store_a_call_for_a_hundred_entries(repeated: Repeated) -> None:
    store = repeated.board.store
    store.send([], 1).answers()  # the scripts are told once
    before = store.answered
    repeated.take(heartbeats(240))
    # Of each volley the stretch, the question for what it wrote, and the trim of an earlier one.
    assert store.answered - before <= 3 * 3 + 1
    assert repeated.done == list(range(NEWEST + 1, NEWEST + 241))
    position = store.position()
    assert (position.entry, position.as_of, position.outbox) == (NEWEST + 240, START + 240 * MINUTE, 0)
    assert position.published_hash == repeated.volleys.tail.hash


def test_while_a_baseline_is_to_come_heartbeats_are_repeated_one_by_one(valkey_url: str) -> None:
    """It may come in any minute; whether it does, a tick says."""
    repeated = Repeated(valkey_url, ends={0: 9})
    repeated.take(heartbeats(240))
    assert repeated.done == list(range(NEWEST + 1, NEWEST + 241))
    assert repeated.board.store.position().awaits_baseline
    repeated.board.store.close()


def test_a_step_that_ends_within_a_stretch_is_named_by_the_heartbeat_that_does_not_tell_of_it(
    repeated: Repeated,
) -> None:
    with pytest.raises(BrokenInvariant, match=f"entry {NEWEST + 250} of the journal came out differently"):
        repeated.take(heartbeats(300))
    assert repeated.done == list(range(NEWEST + 1, NEWEST + 250))


@pytest.mark.parametrize("number", [NEWEST + 1, NEWEST + 101, NEWEST + 150, NEWEST + 240])
@pytest.mark.parametrize(
    "forged",
    [
        {"drained": 1},
        {"as_of": START - MINUTE},
        {"body": '{"generation":"x"}'},
        {"partition": 0, "start": 0, "end": 1, "digest": "0" * 64},
        {"kind": EntryKind.TICK},
        {"drained": 10**30},
        {"kind": EntryKind.TICK, "drained": 10**30},
        {"kind": EntryKind.TICK, "drained": -1},
    ],
    ids=", ".join,
)
def test_a_forged_heartbeat_is_named(repeated: Repeated, number: int, forged: dict[str, object]) -> None:
    entries = [replace(e, **forged) if e.number == number else e for e in heartbeats(240)]  # type: ignore[arg-type]
    with pytest.raises(BrokenInvariant, match=f"entry {number} of the journal came out differently"):
        repeated.take(entries)
    assert repeated.done == list(range(NEWEST + 1, number))
    assert not repeated.board.client.hexists(repeated.board.keys["meta"], "writing")


@pytest.mark.parametrize(
    "body",
    [
        None, "[]", '"word"', '{"verdicts":"many"}', '{"verdicts":1e30}', f'{{"verdicts":{10**30}}}', '{"verdicts":-1}',
        '{"partition":{}}', '{"partition":"0"}', '{"clock":"whenever"}', '{"clock":7}',
    ],
)  # fmt: skip
def test_a_forged_acceptance_that_says_nothing_is_named(repeated: Repeated, body: str | None) -> None:
    entries = heartbeats(3)
    entries[-1] = replace(entries[-1], kind=EntryKind.ACCEPTANCE, body=body)
    with pytest.raises(BrokenInvariant, match=f"entry {NEWEST + 3} of the journal came out differently"):
        repeated.take(entries)
    assert not repeated.board.client.hexists(repeated.board.keys["meta"], "writing")


@pytest.mark.parametrize("number", [NEWEST + 1, NEWEST + 101, NEWEST + 150])
@pytest.mark.parametrize(("start", "end"), [(0, 2), (1, 3), (0, 9), (3, 5), (2, 1), (-1, 2)])
def test_a_forged_run_of_other_offsets_than_the_next_is_named(
    repeated: Repeated, number: int, start: int, end: int
) -> None:
    """Also where its records are there: else the recovery would begin again for ever."""
    entries = heartbeats(number - NEWEST)
    digest = run_digest(0, RECORDS[max(start, 0) : end])
    entries[-1] = replace(entries[-1], kind=EntryKind.RUN, partition=0, start=start, end=end, digest=digest)
    with pytest.raises(BrokenInvariant, match=rf"\bentry {number} of the journal"):
        repeated.take(entries)
    assert repeated.done == list(range(NEWEST + 1, number))[: len(repeated.done)]


def test_who_takes_the_board_away_interrupts_it_wherever_it_stands(repeated: Repeated) -> None:
    repeated.take(heartbeats(120))
    repeated.board.store.claim("somebody else")
    with pytest.raises(Interrupted):
        repeated.take(heartbeats(120, NEWEST + 121, START + 120 * MINUTE))
    assert repeated.done == list(range(NEWEST + 1, NEWEST + 121))


@pytest.mark.parametrize("many", [SHIPPED.tick_drain, 100, 2 * SHIPPED.tick_drain])
def test_no_call_ends_more_steps_than_a_tick_may_unless_one_entry_does(repeated: Repeated, many: int) -> None:
    """All entries of a volley in one call would keep the store from answering anybody else for seconds."""
    ticks = 20
    steps = [[Step(n * MINUTE + step, many - step) for step in range(many)] for n in range(1, ticks + 1)]
    leading = [a_report(name, DAY) for name in "xy"]  # nobody else is ever in the band
    reports = [a_report(f"p{n}", steps=steps[n]) for n in range(ticks)]
    repeated.board.apply(a_run(leading + reports, start=2), now=START)
    first = repeated.board.store.position().entry or 0
    repeated.board.store.trim(GENERATION, first, FIRST_PREVIOUS_HASH)
    repeated.volleys.tail = replace(repeated.volleys.tail, entry=first)
    repeated.take([
        Entry(first + n, EntryKind.TICK, START + n * MINUTE + many - 1, drained=many) for n in range(1, ticks + 1)
    ])  # fmt: skip
    assert repeated.done == list(range(first + 1, first + ticks + 1))
    assert sum(repeated.steps) == ticks * many
    assert max(repeated.steps) == max(many, SHIPPED.tick_drain)
