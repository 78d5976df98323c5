"""A board that was in service for days comes back from its journal at the cost of its changes, not of its minutes."""

import os
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bench.served import Served, serve
from broker.clients import admin, producer
from broker.entries import entries_in
from models.clock import ClockMode
from models.journal.transition import EntryKind
from models.topics import JOURNAL, OFFENCES
from policies.policy_file import load_policy
from runtime.installation import Installation
from runtime.metrics.meters import Meters
from runtime.settings import load_settings
from runtime.topic_identity import find_place
from streams.recovery.inputs import Inputs
from streams.recovery.interrupted import Interrupted
from streams.recovery.quick_records import quick
from streams.recovery.recovery import Recovery
from tests import kafka_transactions

pytestmark = pytest.mark.stack
DAYS, PARTITIONS, SCALE = 2, 3, 0.02


@pytest.fixture(scope="module")
def served(
    stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[int], Served]]:
    """Makes a board with so many activations, and names it in the environment."""
    folder: Path = tmp_path_factory.mktemp("served")
    with pytest.MonkeyPatch.context() as patched:
        for name, value in {**stack_environment, "HARMWATCH_PREFIX": "", "HARMWATCH_CLOCK": "wall"}.items():
            patched.setenv(name, value)
        made: dict[int, tuple[str, Served]] = {}

        def board(activations: int) -> Served:
            if activations not in made:
                prefix = f"served-{activations}-"
                made[activations] = prefix, serve(prefix, folder, DAYS, PARTITIONS, activations, SCALE)
            os.environ["HARMWATCH_PREFIX"] = made[activations][0]
            return made[activations][1]

        yield board


def installation(goes_on: Callable[[], None] = lambda: None) -> Installation:
    settings = load_settings()
    return Installation(settings, load_policy(settings.policy), find_place(settings), goes_on)


def rebuild(there: Installation) -> int:
    """On an empty store; how many calls that were."""
    with closing(there.open_store()) as store:
        store.claim("before")
        store.drop("before")
        before = store.answered
        with closing(Recovery(there, store, "again", lambda: None)) as recovery:
            recovery.run()
        position = store.position()
        assert (position.generation, position.half_written) == ("again", False)
        return store.answered - before


def kinds_of(there: Installation) -> list[EntryKind]:
    with closing(there.reader(JOURNAL)) as journal:
        return [entry.kind for entry in entries_in(journal.read_until(journal.end()), None)]


def test_what_is_not_a_heartbeat_costs_one_call_and_a_hundred_entries_two_more(
    served: Callable[[int], Served],
) -> None:
    entries, there = served(0).entries, installation()
    kinds = kinds_of(there)
    assert len(kinds) == entries > DAYS * 1_440
    changes = sum(kind is not EntryKind.HEARTBEAT for kind in kinds)
    assert 0 < changes < entries / 4
    assert rebuild(there) <= changes + 3 * entries / 100 + 30


def test_activations_do_not_reread_the_board_each_time(served: Callable[[int], Served]) -> None:
    """One more pass for the first of them; after it the walk itself tells what is in force."""
    read: dict[int, int] = {}
    for activations in (0, 3):
        assert served(activations).activations == activations
        heard: list[None] = []
        rebuild(installation(lambda heard=heard: heard.append(None)))  # type: ignore[misc]  # it has its own
        read[activations] = len(heard)
    assert read[3] <= 2 * read[0]


def test_a_rebuild_that_is_interrupted_counts_as_one(served: Callable[[int], Served]) -> None:
    entries, meters, heard = served(0).entries, Meters("v100", ClockMode.WALL), 0
    with closing(installation().open_store()) as store, closing(installation().open_store()) as elsewhere:

        def take_away() -> None:
            nonlocal heard
            heard += 1
            if heard == entries // 2:
                elsewhere.claim("another")

        store.claim("before")
        store.drop("before")
        there = replace(installation(take_away), instruments=meters)
        with closing(Recovery(there, store, "again", lambda: None)) as recovery, pytest.raises(Interrupted):
            recovery.run()
        with closing(Recovery(there, elsewhere, "once more", lambda: None)) as recovery:
            recovered = recovery.run()
        assert recovered.kind == "repeat"
    labels = {"board": "v100", "kind": "rebuild"}
    assert meters.registry.get_sample_value("harmwatch_recoveries_total", labels) == 1


def test_few_readers_read_every_run(served: Callable[[int], Served]) -> None:
    """However they alternate between the partitions, and as often as somebody asks."""
    served(0)
    there = installation()
    with closing(there.reader(JOURNAL)) as journal:
        runs = [(e.entry, e.run) for e in entries_in(journal.read_until(journal.end()), None) if e.run is not None]
    assert len({run.partition for _, run in runs}) == PARTITIONS
    with closing(Inputs(there, most_readers=2)) as inputs:
        for number, run in runs[-20:]:
            offsets = [record.offset for record in inputs.read(number, run)]
            assert offsets == list(range(run.start, run.end))
            assert [record.offset for record in inputs.read(number, run)] == offsets
            assert inputs.readers <= 2


def test_a_quick_reader_reads_what_every_other_reads(served: Callable[[int], Served]) -> None:
    """What a transaction has taken back, neither shows."""
    served(0)
    writer, name = producer(load_settings().brokers, f"{PARTITIONS} quick"), installation().topic(JOURNAL)
    writer.init_transactions()
    for word, end in ((b"no", writer.abort_transaction), (b"yes", writer.commit_transaction)) * 3:
        writer.begin_transaction()
        for _ in range(3):
            writer.send(name, key=word, value=word, headers=[("a", b"b")])
        end()
    writer.close()
    with closing(admin(load_settings().brokers)) as client:
        kafka_transactions.settle(client, f"{PARTITIONS} quick")
    with closing(quick(installation().reader(JOURNAL))) as fast:
        assert [record.key for record in fast.read_until(fast.end())][-9:] == [b"yes"] * 9
    for topic in (JOURNAL, OFFENCES):
        with closing(installation().reader(topic)) as slow, closing(quick(installation().reader(topic))) as fast:
            assert list(fast.read_until(fast.end())) == list(slow.read_until(slow.end()))
