"""Every column of the Parquet files has its meaning, in the dictionary and in the file, and holds what it says."""

from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from audit.export.export import Export, Limits
from audit.export.folder import ExportFolder
from audit.export.tables import FILES
from audit.replay.replay import Replay
from handbook.columns import columns_page
from tests.cli.answers.answer import GOLDEN


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("columns") / "out"
    with ExportFolder(folder) as made:
        made.finish(Export(Replay(GOLDEN.open_reader), Limits(), made.tables).run())
    return folder


@pytest.mark.parametrize("name", FILES)
def test_a_file_has_the_columns_of_the_dictionary_with_their_meanings(folder: Path, name: str) -> None:
    schema, page = pq.read_schema(folder / f"{name}.parquet"), columns_page()
    assert schema.names == [one.name for one in FILES[name]]
    for one in FILES[name]:
        assert schema.field(one.name).metadata[b"description"].decode() == one.meaning
        assert f"| `{one.name}` | " in page
        assert one.meaning.endswith(".")


NEVER_NULL = {
    "transitions": {"entry", "sequence", "as_of", "transition", "offender_id", "score_millidays", "cause_kind"},
    "boards": {"as_of", "entry", "rank", "offender_id", "score_millidays", "in_band"},
    "contributions": {"entry", "partition", "offset", "event_id", "type", "offender_id", "offence_id", "revision"},
}


@pytest.mark.parametrize("name", FILES)
def test_a_null_means_what_its_column_says(folder: Path, name: str) -> None:
    rows: list[dict[str, Any]] = pq.read_table(folder / f"{name}.parquet").to_pylist()
    assert rows
    assert not [row for row in rows for column in NEVER_NULL[name] if row[column] is None]
    if name == "boards":
        assert all((row["in_band_since"] is None) is not row["in_band"] for row in rows)
    if name == "transitions":
        for row in rows:
            left = row["transition"] == "left"
            assert (row["entered_sequence"] is None, row["entered_at"] is None) == (not left, not left)
            assert row["expected_exit_at"] is None or not left
            assert (row["cause_event_id"] is None) == (row["cause_kind"] in {"expiry", "policy"}) or row[
                "cause_offender_id"
            ] != row["offender_id"]
            assert row["offset"] is None or row["partition"] is not None
            assert (row["offset"] is None) == (row["cause_event_id"] is None)
