"""One extract written as every kind of file, and what is read of it."""

import io
import zipfile
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from models.decode import Report
from tests.intake.mapped_files import FIELDS, reports_of

ZONE = "timezone = 'UTC'\n"
ROWS = [["id", "who", "what", "when"], ["c1", "o1", "x", "2025-01-01T00:00:00Z"], ["c2", "o2", "8.10", "2025-01-02"]]
CSV = "".join(",".join(row) + "\n" for row in ROWS)
RECORDS = [dict(zip(ROWS[0], row, strict=True)) for row in ROWS[1:]]


def written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def a_workbook(rows: list[list[Any]], title: str = "Sheet", **more: Any) -> bytes:  # Any: a cell, a sheet
    """A workbook; `more` are formats of cells, and other sheets with their rows."""
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    for name, given in more.items():
        if isinstance(given, str):
            sheet[name].number_format = given
        else:
            other = book.create_sheet(name)
            for row in given:
                other.append(row)
    book.create_sheet("Notes")
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def an_archive(**members: bytes | str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name.replace("__", "."), member)
    return content.getvalue()


def told_apart(told: object) -> str | None:
    """Archives hold the time at which they were made: no test may be called by it."""
    return "bytes" if isinstance(told, bytes) else None


def told(reports: list[Report]) -> list[tuple[str, str, str]]:
    return [(report.offence_id, report.offender_id, report.code) for report in reports]


def everything(keys: str, path: Path) -> list[tuple[str, str, str]]:
    return told(reports_of(f"{ZONE}[[file]]\n{keys}{FIELDS}", path))


BOTH = [("c1", "o1", "x"), ("c2", "o2", "8.10")]


XML = """<?xml version="1.0"?>
<e:Export xmlns:e="urn:x"><Court name="Eastmere"/><Skipped><Charge/></Skipped>
<Case no="c1"><When>2025-01-01T00:00:00Z</When><Charges><Charge><Who ref="a">o1</Who><What>x</What></Charge>
<Charge><Who>o2</Who><What><![CDATA[y & z]]></What></Charge></Charges></Case>
<Case no="c2"><When>2025-01-02T00:00:00Z</When><Charges><Charge><Who>o3</Who><What> w </What></Charge></Charges></Case>
</e:Export>"""
OF_XML = """
[file.fields]
type = { value = "offence.reported" }
event_id = { template = "{../../@no}/{Who}" }
offence_id = "../../@no"
offender_id = "Who"
code = "What"
occurred_at = "../../When"
recorded_at = "../../When"
"""


NESTED = """
[file.fields]
type = { value = "offence.reported" }
event_id = { template = "{case.no}/{charges[].code}/{offender_id}" }
offence_id = { template = "{case.no}/{charges[].code}" }
offender_id = "suspects[].person.id"
code = "charges[].code"
victim_ids = "victims[].id"
occurred_at = { column = "at", format = "epoch_ms" }
recorded_at = { column = "logged", format = "epoch_s" }
"""
