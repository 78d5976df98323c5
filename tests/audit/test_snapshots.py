"""Snapshots change the speed and nothing else; whatever is wrong with them, they are done without."""

import json
import random
from collections import Counter
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from audit.history.amendments import amendments
from audit.history.explanation import explain_standing
from audit.history.history_replay import HistoryReplay
from audit.snapshots.file import SnapshotFile
from audit.snapshots.snapshots import Snapshots
from broker.reader import OpenReader
from cli.audit.snapshots import KnownBoard, ask_then
from cli.board.board import BoardDocument, board_document
from cli.board.offender import OffenderDocument, offender_document
from cli.insight.amendments import amendments_document
from cli.insight.explanation_page import ExplanationPage
from models.alert import wire_bytes
from models.errors import Damaged, PreconditionFailed
from models.instants import Micros, parse_instant
from models.journal.entry import FIRST_PREVIOUS_HASH, JournalEntry, hash_of
from models.record import Record
from models.topics import JOURNAL, TOPICS, Topic
from tests.audit.golden.history import GoldenHistory, WrittenDown
from tests.audit.history import History, items_of
from tests.audit.snapshot_answers import (
    GOLDEN,
    WHOLE,
    answered_moments,
    assert_the_same,
    build,
    by_engine,
    by_snapshots,
    moments,
    persons_in,
    said_by,
)
from tests.end_to_end.activated import reports, two_policies
from tests.end_to_end.installation import Installation


@pytest.fixture(scope="module")
def golden(tmp_path_factory: pytest.TempPathFactory) -> Snapshots:
    """Of the golden history, which needs no Kafka; a baseline lies in it."""
    return build(GOLDEN.open_reader, tmp_path_factory.mktemp("snapshots"))


@pytest.fixture
def copied(golden: Snapshots, tmp_path: Path) -> Snapshots:
    """The same in a file that a test may damage."""
    tmp_path.joinpath(golden.path.name).write_bytes(golden.path.read_bytes())
    return Snapshots(GOLDEN.open_reader, tmp_path)


def test_with_snapshots_every_moment_is_the_same(golden: Snapshots) -> None:
    with SnapshotFile(golden.path) as file:
        assert file.count() > 8
    assert_the_same(GOLDEN.open_reader, golden, 11, 60)


def test_whatever_follows_a_snapshot_comes_out_the_same(tmp_path: Path) -> None:
    """The baseline too, which no board shows."""
    whole = [replayed.entry for replayed in HistoryReplay(GOLDEN.open_reader).replay.run()]
    baseline = next(entry.number for entry in whole if entry.baseline)
    for length in (baseline - 1, baseline, 25):
        built = build(with_journal(GOLDEN, GOLDEN.topics[JOURNAL][:length]), tmp_path / str(length))
        with SnapshotFile(built.path) as file:
            replay = Snapshots(GOLDEN.open_reader, built.path.parent).builder(file).replay
            assert replay.engine is not None
            assert replay.engine.entry == length
            assert [replayed.entry for replayed in replay.run()] == whole[length:]


def test_building_goes_on_where_it_ended(tmp_path: Path) -> None:
    journal = GOLDEN.topics[JOURNAL]
    for length in (4, 20, 21, len(journal)):
        snapshots = build(with_journal(GOLDEN, journal[:length]), tmp_path)
    assert_the_same(GOLDEN.open_reader, snapshots, 12, 20)
    before = snapshots.path.read_bytes()
    build(GOLDEN.open_reader, tmp_path)
    assert snapshots.path.read_bytes() == before


@pytest.mark.parametrize("first", [0, 25, 60])
def test_a_snapshot_of_the_first_is_enough_for_who_stands_before_the_rest(tmp_path: Path, first: int) -> None:
    """Behind them everybody is read."""
    snapshots, reads_all = build(GOLDEN.open_reader, tmp_path, 20, first), Counter[bool]()
    for at in answered_moments(17, 30):
        whole = HistoryReplay(GOLDEN.open_reader).as_of(at)
        for top in (1, 10, first + 1, WHOLE):
            with snapshots.board_at(at) as then:
                if then is not None:
                    assert then.board(top) == whole.board(top)
                    reads_all[then.reads_everybody_for(top)] += 1
    assert min(reads_all[True], reads_all[False] if first else 11) > 10, reads_all


@pytest.mark.thorough
def test_no_flipped_byte_changes_an_answer(copied: Snapshots) -> None:
    whole, chance, damaged = copied.path.read_bytes(), random.Random(13), 0
    persons = persons_in(GOLDEN.open_reader)
    for at in moments(GOLDEN.open_reader, 13, 500)[3:]:
        place = chance.randrange(len(whole))
        copied.path.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << chance.randrange(8))]) + whole[place + 1 :])
        try:
            found = by_snapshots(copied, at, persons)
            assert found is None or found == by_engine(GOLDEN.open_reader, at, persons)
        except Damaged:
            damaged += 1
    assert damaged > 15


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def emptied(path: Path) -> None:
    path.write_bytes(b"")


def of_another_kind(path: Path) -> None:
    path.write_bytes(b"no database" * 1000)


@pytest.mark.parametrize("damage", [cut, emptied, of_another_kind])
def test_a_damaged_file_is_deleted_and_done_without(
    copied: Snapshots, damage: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    used = tmp_path / "harmwatch" / "snapshots" / copied.path.name
    used.parent.mkdir(parents=True)
    copied.path.rename(used)
    damage(used)
    at = moments(GOLDEN.open_reader, 1, 3)[2]
    answer = ask_then(GOLDEN.open_reader, at, lambda _, then: said_by(then, []))
    assert answer == by_engine(GOLDEN.open_reader, at, [])
    said = capsys.readouterr().err
    assert used.exists() == ("harmwatch snapshots build" not in said)
    assert used.exists() == (damage is emptied)


def first_at(at: int, board: str, then: KnownBoard) -> BoardDocument:
    return board_document(board, at, then.board(20))


def person_at(who: str, board: str, then: KnownBoard) -> OffenderDocument:
    return offender_document(then.offender(who), board)


def answers(moments: list[Micros], people: list[str]) -> list[Any]:
    """What the commands say about these instants."""
    reader = GOLDEN.open_reader
    found: list[Any] = [amendments_document(amendments(reader, None), None)]
    for at, who in zip(moments, people, strict=True):
        found.append(ask_then(reader, at, partial(first_at, at)))
        found.append(ask_then(reader, at, partial(person_at, who)))
        found.append(ExplanationPage(explain_standing(reader, who, at), {}).document())
    return found


def test_board_explanation_and_amendments_are_the_same_with_and_without_snapshots(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    answered = [instant for instant in answered_moments(8, 12) if instant > parse_instant("2024-06-01T00:00:00Z")][-6:]
    people = random.Random(8).sample(persons_known_at(min(answered)), len(answered))
    before = answers(answered, people)
    folder = tmp_path / "harmwatch" / "snapshots"
    folder.parent.mkdir()
    with SnapshotFile(build(GOLDEN.open_reader, folder).path) as file:
        assert file.count() > 3
    assert answers(answered, people) == before


def persons_known_at(at: Micros) -> list[str]:
    return sorted(row.offender_id for row in HistoryReplay(GOLDEN.open_reader).as_of(at).board(WHOLE))


def test_a_place_that_cannot_be_written_is_no_damage(tmp_path: Path) -> None:
    snapshots = Snapshots(GOLDEN.open_reader, tmp_path / "nowhere")
    with pytest.raises(PreconditionFailed, match="unable to open"):
        SnapshotFile(snapshots.path)


def with_journal(golden: GoldenHistory, journal: list[Any]) -> OpenReader:
    """The golden history with another journal."""

    def open_reader(topic: Topic, partition: int) -> WrittenDown:
        return WrittenDown(journal) if topic is JOURNAL else golden.open_reader(topic, partition)

    return open_reader


def rewritten(journal: list[Record], begin: int) -> list[Record]:
    """From entry number `begin` on with other ends, and every hash made again."""
    done = journal[: begin - 1]
    for record in journal[begin - 1 :]:
        previous = json.loads(done[-1].value or b"")["hash"] if done else FIRST_PREVIOUS_HASH
        entry = JournalEntry.model_validate_json(record.value or b"")
        entry = entry.model_copy(update={"drained": 77, "previous_hash": previous})
        done.append(record._replace(value=wire_bytes(entry.model_copy(update={"hash": hash_of(entry)}))))
    return done


def test_snapshots_of_another_history_are_not_used(golden: Snapshots) -> None:
    """The journal was rewritten: from the first entry on, or from a later one on."""
    journal, at = GOLDEN.topics[JOURNAL], moments(GOLDEN.open_reader, 1, 3)[2]
    other = Snapshots(with_journal(GOLDEN, rewritten(journal, 1)), golden.path.parent)
    assert other.path.parent == golden.path.parent
    assert other.path != golden.path
    later = Snapshots(with_journal(GOLDEN, rewritten(journal, 6)), golden.path.parent)
    assert later.path == golden.path
    with pytest.raises(Damaged, match="another entry"), later.board_at(at):
        pass


@pytest.fixture(scope="module")
def eventful(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> History:
    """Two partitions, two policies, a store that was emptied under each of them."""
    folder = tmp_path_factory.mktemp("eventful")
    old, new = two_policies(folder)
    service = Installation(stack_environment, folder, 2, clock="event", policy=old)
    service.environment["XDG_CACHE_HOME"] = str(folder)
    for policy, first in ((old, 0), (old, 300), (new, 600), (new, 750)):
        if policy != service.environment["HARMWATCH_POLICY"]:
            service.run("policy", "activate", policy)
            service.environment["HARMWATCH_POLICY"] = policy
        elif first:
            service.empty_store()
        service.json("ingest", reports(folder, first, first + 300 if policy == old else first + 150))
        service.start_worker()
        service.wait_idle()
        service.end_workers()
    return History(stack_environment, service, {topic: items_of(service, topic) for topic in TOPICS})


@pytest.mark.stack
@pytest.mark.thorough
def test_recoveries_and_activations_are_passed_over(eventful: History, tmp_path: Path) -> None:
    kinds = [item.content["kind"] for item in eventful.items[JOURNAL]]
    assert (kinds.count("policy"), kinds.count("recovery")) >= (2, 2)
    eventful.write({"clean": eventful.items})
    open_reader = eventful.opened("clean")
    assert_the_same(open_reader, build(open_reader, tmp_path), 14, 30)


@pytest.mark.stack
@pytest.mark.thorough
def test_behind_an_activation_that_came_after_the_newest_snapshot_they_are_silent(
    eventful: History, tmp_path: Path
) -> None:
    eventful.write({"clean": eventful.items})
    kinds = [item.content["kind"] for item in eventful.items[JOURNAL]]
    until_then = eventful.items[JOURNAL][: len(kinds) - kinds[::-1].index("policy") - 1]
    eventful.write({"before": {**eventful.items, JOURNAL: until_then}})
    build(eventful.opened("before"), tmp_path)
    open_reader, last = eventful.opened("clean"), parse_instant(until_then[-1].content["as_of"])
    snapshots, persons = Snapshots(open_reader, tmp_path), persons_in(open_reader)[:5]
    assert by_snapshots(snapshots, last - 1, persons) == by_engine(open_reader, Micros(last - 1), persons)
    assert by_snapshots(snapshots, parse_instant(eventful.items[JOURNAL][-1].content["as_of"]), persons) is None


@pytest.mark.stack
@pytest.mark.thorough
def test_the_command_builds_and_board_and_offender_are_the_same(eventful: History) -> None:
    service, last = eventful.installation, eventful.items[JOURNAL][-1].content["as_of"]
    questions = [("board", "--at", last), ("offender", "p4", "--at", last)]
    before = [service.json(*words) for words in questions]
    built = service.json("snapshots", "build", "--every", "100")
    assert built["built"] == built["snapshots"] > 3
    assert service.json("snapshots", "build", "--every", "100")["built"] == 0
    assert [service.json(*words) for words in questions] == before
    kept = service.environment["XDG_CACHE_HOME"]
    service.environment["XDG_CACHE_HOME"] = built["path"]
    service.run("snapshots", "build", code=1)
    assert [service.json(*words) for words in questions] == before
    service.environment["XDG_CACHE_HOME"] = kept
    cut(Path(built["path"]))
    assert service.json("snapshots", "build", "--every", "100")["built"] == built["built"]
    assert [service.json(*words) for words in questions] == before
