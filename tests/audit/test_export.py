"""A replay ends where it is told to, and its files are whole or named."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from audit.export.export import Export, ExportOutcome, Limits
from audit.export.folder import MANIFEST_NAME, ExportFolder, check_export
from audit.replay.replay import Replay
from models.errors import Unproved, WrongUse
from models.instants import parse_instant
from models.topics import JOURNAL, OFFENCES
from tests.audit.history import History

pytestmark = pytest.mark.stack


def exported(history: History, folder: Path, limits: Limits) -> ExportOutcome:
    with ExportFolder(folder) as made:
        result = Export(Replay(history.opened("clean")), limits, made.tables).run()
        made.finish(result)
    return result


def rows(folder: Path, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(folder / f"{name}.parquet").to_pylist()
    return found


@pytest.fixture(scope="module")
def whole(history: History, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exports") / "whole"
    exported(history, folder, Limits())
    return folder


def test_the_files_hold_the_whole_history(history: History, whole: Path) -> None:
    transitions = rows(whole, "transitions")
    published = [change for item in history.items[JOURNAL] for change in item.content["transitions"]]
    keys = ("sequence", "transition", "offender_id", "rank", "score_millidays", "counterpart", "offset")
    assert [tuple(row[key] for key in keys) for row in transitions] == [
        tuple(change[key] for key in keys) for change in published
    ]
    good = [item for item in history.items[OFFENCES] if item.value != b"{"]
    assert sorted(row["event_id"] for row in rows(whole, "contributions")) == sorted(
        item.content["event_id"] for item in good
    )
    boards = rows(whole, "boards")
    assert len({row["as_of"].month for row in boards}) >= 4
    band = {row["offender_id"] for row in boards if row["entry"] == len(history.items[JOURNAL]) and row["in_band"]}
    assert band == folded(transitions)


@pytest.mark.parametrize("day", [15, 45, 70, 100, 150])
def test_a_replay_until_an_instant_has_what_had_happened_by_then(
    history: History, whole: Path, tmp_path: Path, day: int
) -> None:
    instant = datetime(2024, 1, 1, 7, 30, tzinfo=UTC) + timedelta(days=day)
    exported(history, tmp_path / "part", Limits(until=parse_instant(instant.isoformat())))
    expected = [row for row in rows(whole, "transitions") if row["as_of"] <= instant]
    assert rows(tmp_path / "part", "transitions") == expected
    last = [row for row in rows(tmp_path / "part", "boards") if row["as_of"] == instant]
    assert {row["offender_id"] for row in last if row["in_band"]} == folded(expected)


def test_a_replay_to_an_entry_ends_there(history: History, tmp_path: Path) -> None:
    result = exported(history, tmp_path / "part", Limits(last=9))
    assert (result.entry, result.head) == (9, history.items[JOURNAL][8].content["hash"])


@pytest.mark.parametrize(
    ("limits", "says"),
    [
        (Limits(last=999), "no entry 999"),
        (Limits(until=parse_instant("2023-12-31T00:00:00Z")), "lies before the first report"),
        (Limits(until=parse_instant("2024-12-31T00:00:00Z")), "nothing yet at the instant"),
    ],
)
def test_what_lies_outside_of_history_is_said_and_leaves_no_file(
    history: History, tmp_path: Path, limits: Limits, says: str
) -> None:
    with pytest.raises(Unproved, match=says):
        exported(history, tmp_path / "part", limits)
    assert list((tmp_path / "part").iterdir()) == []


def test_a_damaged_file_is_named(history: History, tmp_path: Path) -> None:
    folder = tmp_path / "part"
    exported(history, folder, Limits(last=12))
    assert check_export(folder).entry == 12
    for name, says in (("boards.parquet", "cut short"), ("transitions.parquet", "was changed")):
        content = (folder / name).read_bytes()
        damaged = content[:-7] if says == "cut short" else content[:40] + bytes([content[40] ^ 1]) + content[41:]
        (folder / name).write_bytes(damaged)
        with pytest.raises(Unproved, match=f"{name} (is|was) {says.removeprefix('was ')}"):
            check_export(folder)
        (folder / name).write_bytes(content)
    (folder / "contributions.parquet").unlink()
    with pytest.raises(Unproved, match=r"contributions\.parquet is missing"):
        check_export(folder)
    (folder / MANIFEST_NAME).write_text("{}")
    with pytest.raises(Unproved, match="is not a manifest"):
        check_export(folder)


def test_a_folder_that_holds_something_is_left_alone(history: History, tmp_path: Path) -> None:
    (tmp_path / "something").touch()
    with pytest.raises(WrongUse, match="is not empty"):
        exported(history, tmp_path, Limits())


def folded(transitions: list[dict[str, Any]]) -> set[str]:
    """The band that transitions lead to."""
    band: set[str] = set()
    for row in transitions:
        band ^= {row["offender_id"]}
    return band
