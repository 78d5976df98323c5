"""boards.parquet holds the board at the last microsecond of every month, as `board --at` tells it."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.export.export import Export, Limits
from audit.export.folder import ExportFolder
from audit.export.month_ends import month_ends
from audit.history.history_replay import HistoryReplay
from audit.replay.replay import Replay
from broker.reader import OpenReader
from models.clock import ClockMode
from models.instants import Micros, parse_instant
from tests.audit.brute import Rules
from tests.audit.drawn import INDEX, STATUS, WINDOW_DAYS, policy_of, write
from tests.cli.answers.answer import GOLDEN

Board = list[tuple[int, str, int, bool]]

SHIPPED = Limits()


def exported(open_reader: OpenReader, folder: Path, limits: Limits = SHIPPED) -> dict[Micros, Board]:
    """What stands in boards.parquet, by instant."""
    with ExportFolder(folder) as made:
        made.finish(Export(Replay(open_reader), limits, made.tables).run())
    found: dict[Micros, Board] = {}
    rows: list[dict[str, Any]] = pq.read_table(folder / "boards.parquet").to_pylist()
    for row in rows:
        at = parse_instant(row["as_of"].isoformat())
        found.setdefault(at, []).append((row["rank"], row["offender_id"], row["score_millidays"], row["in_band"]))
    return found


def known_then(open_reader: OpenReader, at: Micros) -> Board:
    rows = HistoryReplay(open_reader).as_of(at).board(10_000)
    return [(row.rank, row.offender_id, row.score, row.in_band) for row in rows]


def test_every_month_of_a_history_ends_with_the_board_of_its_last_microsecond(tmp_path: Path) -> None:
    """A back-fill: its runs hold records from before and from after the end of a month."""
    boards = exported(GOLDEN.open_reader, tmp_path / "whole")
    *ends, last = boards
    assert len(ends) >= 12
    assert all(at % 1_000_000 == 999_999 for at in ends)
    for at in ends:
        assert boards[at] == known_then(GOLDEN.open_reader, at)
    assert list(month_ends(ends[0], last)) == ends


def test_a_replay_until_an_instant_has_the_months_before_it(tmp_path: Path) -> None:
    whole = exported(GOLDEN.open_reader, tmp_path / "whole")
    for number, text in enumerate(("2025-03-15T00:00:00Z", "2025-03-31T23:59:59.999999Z", "2025-04-01T00:00:00Z")):
        until = parse_instant(text)
        part = exported(GOLDEN.open_reader, tmp_path / str(number), Limits(until=until))
        assert list(part) == [*(at for at in whole if at < until), until]
        assert all(part[at] == whole[at] for at in part if at in whole and at < until)
        assert part[until] == known_then(GOLDEN.open_reader, until)


@pytest.mark.parametrize("clock", ClockMode)
def test_months_in_which_nothing_was_reported_end_as_well(tmp_path: Path, clock: ClockMode) -> None:
    """Both windows end in the months between two reports, of which the journal has no entry."""
    rules = Rules(2, 2, "reported_at", ((WINDOW_DAYS, 100),), STATUS, INDEX, frozenset({"female"}))
    told = [
        {
            "type": "offence.reported", "offender_id": who, "offence_id": who, "revision": 1, "code": "A",
            "status": "reported", "victim_sex": "female", "recorded_at": at, "reported_at": at, "occurred_at": at,
        }
        for who, at in zip("abc", map(parse_instant, (
            "2024-01-25T00:00:00Z", "2024-01-28T00:00:00Z", "2024-06-30T23:59:59.999999Z"
        )), strict=True)
    ]  # fmt: skip
    written = write(policy_of(rules), told, clock)
    written.pass_time(parse_instant("2024-07-20T00:00:00Z"))
    boards = exported(written.open_reader, tmp_path / "out")
    people = {at: [who for _, who, *_ in rows] for at, rows in boards.items()}
    assert people == {parse_instant("2024-01-31T23:59:59.999999Z"): ["b", "a"], told[2]["recorded_at"]: ["c"]}


@given(st.datetimes(datetime(1950, 1, 1), datetime(2150, 1, 1)), st.integers(0, 80 * 86_400 * 1_000_000))  # noqa: DTZ001  (it is drawn without a zone)
def test_the_ends_of_months_are_those_of_the_calendar(after: datetime, length: int) -> None:
    begin = parse_instant(after.replace(tzinfo=UTC).isoformat())
    ends = list(month_ends(begin, begin + length))
    days = [datetime.fromtimestamp(end // 1_000_000, UTC) for end in ends]
    following = [datetime.fromtimestamp((end + 1) // 1_000_000, UTC) for end in ends]
    assert all(day.month != after_it.month and after_it.day == 1 for day, after_it in zip(days, following, strict=True))
    months = (day.year * 12 + day.month for day in days)
    assert list(months) == list(range(after.year * 12 + after.month, after.year * 12 + after.month + len(ends)))
    assert all(begin <= end < begin + length for end in ends)
