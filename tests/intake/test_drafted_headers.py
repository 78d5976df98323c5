"""The laws of a drafted mapping: the header is where the names stand, whatever stands above, beside and below it."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from tests.intake.drafts import drafted
from tests.intake.mapped_files import FIELDS, lines_of
from tests.intake.written_files import a_workbook, written

NAMES = "Incident No,Suspect Ref,Charge,Occurred,Reported,Sex"
BODY = [f"24-000{n},S{n},Stalking,0{n}/02/2024,1{n + 2}/02/2024,F" for n in (1, 2, 3)]
COVER = "Eastmere,Monthly,Extract,of,Crimes,2024\nprinted,by,the,desk,on,13/02/2024\n"


def table(head: str = NAMES, body: list[str] = BODY, more: str = "") -> str:
    return "\n".join([head, *body]) + "\n" + more


def rewritten(old: str, new: str) -> list[str]:
    return [row.replace(old, new) for row in BODY]


@pytest.mark.parametrize(
    "content",
    [
        table(f"{NAMES},Notes,Notes", [f"{row},a,b" for row in BODY]),
        table(f"{NAMES},2023,2024", [f"{row},1,2" for row in BODY]),
        table(f",{NAMES}", [f"{place},{row}" for place, row in enumerate(BODY)]),
        table(body=[f"{row}," for row in BODY]),
        table(f"{NAMES},,", [f"{row},," for row in BODY]),
        "Incident,,Offence,,,Victim\n" + table(),
        "Incident,Suspect,Offence,Offence 2,Offence 3,Victim\n" + table(),
        COVER + table(),
        "Report:,Crimes\nPeriod:,01/02/2024 - 29/02/2024\n\n" + table(),
        table() + table(),
        table() + "\ufeff" + table(),
        table(body=["-" * 11 + ",-----,------,--------,--------,---", *BODY]),
        table(body=rewritten("Stalking", '"said ""no"",\nthen left\n"')),
        table(body=rewritten("Stalking", '"said \\"no\\", left"')),
        table().replace("\n", "\r").replace("Stalking", '"a\nb"'),
        table(body=BODY[:1]),
        table(body=[BODY[0].replace("24-0001", "").replace("S1", "unknown"), *BODY[1:]]),
    ],
)
def test_the_header_is_the_last_row_of_names_above_the_values(tmp_path: Path, content: str) -> None:
    (file,) = drafted(written(tmp_path, "r.csv", content))["file"]
    assert "header" not in file
    names = {"offence_id": "Incident No", "offender_id": {"pseudonym": "Suspect Ref"}}
    if "\\" not in content:  # of rows that no mapping reads the header is right all the same
        assert {name: file["fields"][name] for name in names} == names
        assert file["fields"]["occurred_at"] == {"column": "Occurred", "format": "%d/%m/%Y"}


DATED: list[list[Any]] = [[f"24-{n}", f"S{n}", "Stalking", datetime(2024, 2, 12 + n), "F"] for n in (1, 2)]
HEAD = ["Incident No", "Suspect Ref", "Charge", "Occurred", "Sex"]


@pytest.mark.parametrize(
    "rows",
    [
        [["Eastmere"], ["Period", "01/02/2024", "to", "29/02/2024"], [], HEAD, *DATED],
        [["Incident", None, "Offence", None, "Victim"], HEAD, *DATED],
        [[*HEAD, datetime(2024, 1, 1), 2024], *([*row, 1, 2] for row in DATED)],
        [[*HEAD, "Notes", "Notes"], *([*row, "a", "b"] for row in DATED)],
    ],
)
def test_the_header_of_a_sheet_is_found_below_its_cover_and_its_groups(tmp_path: Path, rows: list[list[Any]]) -> None:
    (file,) = drafted(written(tmp_path, "r.xlsx", a_workbook(rows, "Crimes")))["file"]
    assert (file["sheet"], file["fields"]["offence_id"]) == ("Crimes", "Incident No")
    assert file["fields"]["occurred_at"] == {"column": "Occurred"}


def test_of_several_sheets_the_one_that_holds_most_is_read(tmp_path: Path) -> None:
    guide = [["Field", "Meaning"], ["Incident No", "its number"], ["Charge", "what"]]
    content = a_workbook(guide, "Read me", Data=[HEAD, *DATED])
    draft = drafted(written(tmp_path, "r.xlsx", content))
    assert draft["file"][0]["sheet"] == "Data"
    assert "there is a header in 'Read me', too" in draft["text"]


@pytest.mark.parametrize("body", [BODY, rewritten("Stalking", '"Stalking, fear"')])
def test_a_table_without_a_header_has_as_many_columns_as_cells(tmp_path: Path, body: list[str]) -> None:
    (file,) = drafted(written(tmp_path, "r.csv", table(body[0], body[1:])))["file"]
    assert file["header"] == [f"column {place}" for place in range(1, 7)]


@pytest.mark.parametrize(
    ("rows", "last", "trailer"),
    [
        (3, "Total rows: 3", "Total rows: {rows}"),
        (1_200, "Total rows: 1,200", "Total rows: {rows}"),
        (3, "(3 rows affected)", "({rows} rows affected)"),
        (3, "Total,3,,,,", "Total,{rows}"),
        (3, "Total rows: 4", None),
        (3, "printed 3/02/2024", None),
        (3, "24-0003,S3,Stalking,03/02/2024", None),
    ],
)
def test_a_last_line_that_tells_the_number_of_rows_is_a_trailer_and_nothing_else_is(
    tmp_path: Path, rows: int, last: str, trailer: str | None
) -> None:
    text = table(body=[BODY[place % 3] for place in range(rows)], more=f"{last}\n")
    draft = drafted(written(tmp_path, "r.csv", text))
    assert draft["file"][0].get("trailer") == trailer


def test_a_drafted_trailer_of_a_sheet_is_the_one_that_is_read(tmp_path: Path) -> None:
    content = a_workbook([HEAD, *DATED, ["Total", 2]])
    assert drafted(written(tmp_path, "r.xlsx", content))["file"][0]["trailer"] == "Total,{rows}"
    rows = [["id", "who", "what", "when"], *([f"c{n}", f"o{n}", "x", "2025-01-01T00:00:00Z"] for n in (1, 2))]
    path = written(tmp_path, "t.xlsx", a_workbook([*rows, ["Total", 2]]))
    assert [line.error for line in lines_of(f'[[file]]\ntrailer = "Total,{{rows}}"{FIELDS}', path)] == [None, None]
