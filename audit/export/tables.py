"""The tables of a replay: transitions, boards and contributions; scores in millidays, instants in UTC."""

from pathlib import Path

import pyarrow as pa

from audit.export.parquet_file import INSTANT, ParquetFile
from models.board import BoardRow
from models.contribution import Run
from models.journal.transition import Entry

_TEXT, _NUMBER = pa.string(), pa.int64()

TRANSITIONS = pa.schema(
    [
        ("entry", _NUMBER), ("sequence", _NUMBER), ("as_of", INSTANT), ("transition", _TEXT), ("offender_id", _TEXT),
        ("rank", _NUMBER), ("score_millidays", _NUMBER), ("previous_rank", _NUMBER),
        ("previous_score_millidays", _NUMBER), ("cut_millidays", _NUMBER), ("counterpart", _TEXT),
        ("cause_kind", _TEXT), ("cause_event_id", _TEXT), ("cause_offence_id", _TEXT), ("cause_offender_id", _TEXT),
        ("expected_exit_at", INSTANT), ("entered_sequence", _NUMBER), ("entered_at", INSTANT),
        ("partition", _NUMBER), ("offset", _NUMBER),
    ]
)  # fmt: skip

BOARDS = pa.schema(
    [
        ("as_of", INSTANT), ("entry", _NUMBER), ("rank", _NUMBER), ("offender_id", _TEXT),
        ("score_millidays", _NUMBER), ("in_band", pa.bool_()), ("in_band_since", INSTANT),
    ]
)  # fmt: skip

CONTRIBUTIONS = pa.schema(
    [
        ("entry", _NUMBER), ("partition", _NUMBER), ("offset", _NUMBER), ("event_id", _TEXT), ("type", _TEXT),
        ("offender_id", _TEXT), ("offence_id", _TEXT), ("revision", _NUMBER), ("code", _TEXT),
        ("recorded_at", INSTANT), ("reported_at", INSTANT),
        ("steps", pa.list_(pa.struct([("until", INSTANT), ("millidays", _NUMBER)]))),
    ]
)  # fmt: skip


class Tables:
    """The three files of one replay in a folder."""

    def __init__(self, folder: Path) -> None:
        self.transitions = ParquetFile(folder, "transitions", TRANSITIONS)
        self.boards = ParquetFile(folder, "boards", BOARDS)
        self.contributions = ParquetFile(folder, "contributions", CONTRIBUTIONS)
        self.files = (self.transitions, self.boards, self.contributions)

    def add_entry(self, number: int, entry: Entry) -> None:
        """The transitions of an entry; `number` is that of the published one."""
        for change in entry.transitions:
            cause, entered = change.cause, change.entered
            self.transitions.add(
                number, change.sequence, change.as_of, change.move.value, change.offender_id,
                change.rank, change.score, change.previous.rank, change.previous.score, change.cut,
                change.counterpart, cause.kind.value, cause.event_id, cause.offence_id, cause.offender_id,
                change.expected_exit_at, entered and entered.sequence, entered and entered.as_of,
                entry.partition, change.offset,
            )  # fmt: skip

    def add_run(self, number: int, run: Run) -> None:
        """What each report of a run contributes, whether or not a higher revision is known."""
        for item in run.contributions:
            steps = [{"until": step.until, "millidays": step.millidays} for step in item.steps]
            self.contributions.add(
                number, run.partition, item.offset, item.event_id, item.kind, item.offender_id, item.offence_id,
                item.revision, item.code or None, item.recorded_at, item.reported_at, steps,
            )  # fmt: skip

    def add_board(self, number: int, as_of: int, rows: list[BoardRow]) -> None:
        """Everybody ranked, right after an entry."""
        for row in rows:
            self.boards.add(as_of, number, row.rank, row.offender_id, row.score, row.in_band, row.since)
