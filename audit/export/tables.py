"""The tables of a replay: transitions, boards and contributions; scores in millidays, instants in UTC."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from audit.export.parquet_file import INSTANT, ParquetFile
from models.board import BoardRow
from models.contribution import Run
from models.journal.transition import Entry

_TEXT, _NUMBER = pa.string(), pa.int64()
_STEPS = pa.list_(pa.struct([("until", INSTANT), ("millidays", _NUMBER)]))


class Column(NamedTuple):
    """A column and what it means; the data dictionary is made of it, and the file itself says it too."""

    name: str
    type: pa.DataType
    meaning: str


TRANSITIONS = (
    Column("entry", _NUMBER, "The entry of the journal that holds the transition."),
    Column("sequence", _NUMBER, "Its number on the board, without gaps; the alert is `<board>:<sequence>`."),
    Column("as_of", INSTANT, "When it happened: the service time of the change."),
    Column("transition", _TEXT, "`entered` or `left`."),
    Column("offender_id", _TEXT, "Who moved; always in clear, also on a sealed board."),
    Column("rank", _NUMBER, "Their rank after the change; null where nothing of theirs counts any more."),
    Column("score_millidays", _NUMBER, "Their score after the change, in thousandths of a day of harm."),
    Column("previous_rank", _NUMBER, "Their rank right before the change; null where they had none."),
    Column("previous_score_millidays", _NUMBER, "Their score right before the change."),
    Column("cut_millidays", _NUMBER, "The score at rank `size` after the change; null while fewer are ranked."),
    Column("counterpart", _TEXT, "Who moved the other way by the same change; null where nobody did."),
    Column("cause_kind", _TEXT, "`offence`, `amendment`, `withdrawal`, `expiry`, `displacement`, `vacancy`, `policy`."),
    Column("cause_event_id", _TEXT, "The report that caused it; null of an expiry and of a policy."),
    Column("cause_offence_id", _TEXT, "The offence that caused it; of an expiry that of the largest fall."),
    Column("cause_offender_id", _TEXT, "Whose record or step changed; of a displacement or vacancy somebody else."),
    Column("expected_exit_at", INSTANT, "Of an `entered`: when they would leave if their own steps alone ended."),
    Column("entered_sequence", _NUMBER, "Of a `left`: the sequence of the entrance that it ends; else null."),
    Column("entered_at", INSTANT, "Of a `left`: when they had entered; else null."),
    Column("partition", _NUMBER, "The partition of the run in whose entry it stands; null of other entries."),
    Column("offset", _NUMBER, "The offset of the record that caused it; null where the end of a step or a policy did."),
)

BOARDS = (
    Column("as_of", INSTANT, "Its moment: the last microsecond of a month (UTC), or where the replay ends."),
    Column("entry", _NUMBER, "The last whole entry of the journal by that moment."),
    Column("rank", _NUMBER, "The place, from 1; everybody with a score above 0 has one."),
    Column("offender_id", _TEXT, "Who stands there."),
    Column("score_millidays", _NUMBER, "Their score, in thousandths of a day of harm."),
    Column("in_band", pa.bool_(), "Whether they are in the band."),
    Column("in_band_since", INSTANT, "When they entered it; null where they are not in it."),
)

CONTRIBUTIONS = (
    Column("entry", _NUMBER, "The entry of the journal that applied the report."),
    Column("partition", _NUMBER, "The partition of `offences.v1` in which its record lies."),
    Column("offset", _NUMBER, "The offset of that record."),
    Column("event_id", _TEXT, "The report's own id."),
    Column("type", _TEXT, "`offence.reported`, `offence.amended` or `offence.withdrawn`."),
    Column("offender_id", _TEXT, "Whom it names."),
    Column("offence_id", _TEXT, "The crime that it is about."),
    Column("revision", _NUMBER, "Which version of the crime it is; the highest counts, and all of them stand here."),
    Column("code", _TEXT, "The code in the harm index; null where a withdrawal names none."),
    Column("recorded_at", INSTANT, "When this revision was recorded."),
    Column("reported_at", INSTANT, "When the crime was first reported."),
    Column("steps", _STEPS, "What it counts: so many millidays until each instant, no longer at it; empty: nothing."),
)

FILES = {"transitions": TRANSITIONS, "boards": BOARDS, "contributions": CONTRIBUTIONS}


def schema_of(columns: Sequence[Column]) -> pa.Schema:
    """The schema of a file; each column carries its meaning."""
    return pa.schema([pa.field(one.name, one.type, metadata={"description": one.meaning}) for one in columns])


class Tables:
    """The three files of one replay in a folder."""

    def __init__(self, folder: Path) -> None:
        self.files = tuple(ParquetFile(folder, name, schema_of(columns)) for name, columns in FILES.items())
        self.transitions, self.boards, self.contributions = self.files

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
