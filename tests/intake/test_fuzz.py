"""Whatever bytes a file holds: no reader ends in a traceback, and every row is a record or a named refusal."""

import gzip
import io
import json
import re
import tomllib
import zipfile
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cli.mapping.draft import drafted_text
from cli.policy.index_titles import Titles
from intake.drafting.survey import survey
from intake.line import kind_of
from models.errors import WrongUse
from runtime.settings import Settings
from tests.intake.mapped_files import FIELDS, an_intake, lines_of
from tests.intake.written_files import CSV, NESTED, OF_XML, XML, ZONE, a_workbook, an_archive

TITLES = Titles(Settings().policy)
RECORDS = [
    {"case": {"no": f"c{number}"}, "suspects": [{"person": {"id": f"o{number}"}}, {}], "charges": [{"code": "x"}],
     "at": 1735689600000, "logged": 1735689601, "victims": []}
    for number in range(3)
]  # fmt: skip
DOCUMENT = json.dumps({"n": [1], "data": RECORDS}).encode()
OF_DOCUMENT = '[[file]]\nrecords = "data"' + NESTED
TABLE = f'{ZONE}[[file]]\nwhere = {{ who = ["o1", "o2"] }}\ngather = true\ntrailer = "T {{rows}}"{FIELDS}'
UNENDED = TABLE.replace('trailer = "T {rows}"', "")
GOOD: dict[str, tuple[bytes, str]] = {
    "r.csv": (f"a cover\n\n{CSV}T 2\n".encode(), TABLE),
    "p.csv": (CSV.encode(), f"{ZONE}[[file]]{FIELDS}"),
    "u.csv": (CSV.encode("utf-16"), f'{ZONE}[[file]]\nencoding = "utf-16"{FIELDS}'),
    "s.csv": (b"sep=;\r" + CSV.replace("\n", "\r").replace(",", ";").encode(), f"{ZONE}[[file]]{FIELDS}"),
    "r.csv.gz": (gzip.compress(CSV.encode(), mtime=0), f"{ZONE}[[file]]{FIELDS}"),
    "r.zip": (an_archive(r__csv=CSV), f"{ZONE}[[file]]{FIELDS}"),
    "r.json": (DOCUMENT, OF_DOCUMENT),
    "l.json": (json.dumps(RECORDS, indent=1).encode(), "[[file]]" + NESTED),
    "r.json.gz": (gzip.compress(DOCUMENT, mtime=0), OF_DOCUMENT),
    "j.zip": (an_archive(r__json=DOCUMENT), OF_DOCUMENT),
    "r.jsonl": ("\n".join(map(json.dumps, RECORDS)).encode(), "[[file]]" + NESTED),
    "r.xml": (XML.encode(), "[[file]]\nrecords = '//Charges/Charge'" + OF_XML),
    "r.xlsx": (a_workbook([["cover"], *[line.split(",") for line in CSV.splitlines()]]), UNENDED),
}
CHANGES = st.lists(
    st.tuples(
        st.floats(0, 1), st.integers(0, 12),
        st.binary(max_size=4)
        | st.sampled_from([b'"', b"\n", b"\r", b"{", b"]", b"\x00", b"\xff\xfe", b"<!ENTITY x", b"'"]),
    ),
    max_size=4,
)  # fmt: skip


def changed(content: bytes, changes: list[tuple[float, int, bytes]]) -> bytes:
    for share, cut, put in changes:
        at = int(share * len(content))
        content = content[:at] + put + content[at + cut :]
    return content


class Outcome(NamedTuple):
    """What became of a file: how many of its rows are accounted for, and the kinds of errors."""

    rows: int
    errors: frozenset[str]


SHORTEST_ROW = len(CSV.splitlines()[-1])
_BETWEEN_ROWS = re.compile(r'[^\r\n{}<>"\[\]]+')
"""Everything but what begins and ends rows and what may hold such marks: two rows of which one of these is gone may be
one good row, and no reader can tell."""
NAMED_WHOLE = Outcome(0, frozenset({"the file"}))


def outcome_of(mapping: str, path: Path) -> Outcome:
    try:
        intake = an_intake(mapping, path)
        lines = list(intake)
    except WrongUse:
        return NAMED_WHOLE
    for line in lines:
        assert (line.value is None) != (line.error is None)
    left_out = sum(intake.tally.left_out.values()) + intake.tally.gathered
    rows = len({line.number for line in lines})
    return Outcome(rows + left_out, frozenset(kind_of(line.error) for line in lines if line.error is not None))


@cache
def outcome_of_the_good_file(name: str) -> Outcome:
    content, mapping = GOOD[name]
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        return outcome_of(mapping, path)


def broken_files_are_read_or_named(folder: Path, name: str, changes: list[tuple[float, int, bytes]]) -> None:
    """Nothing is lost in silence: where rows are missing, an error says so that the good file does not have."""
    content, mapping = GOOD[name]
    path = folder / name
    path.write_bytes(changed(content, changes))
    good, outcome = outcome_of_the_good_file(name), outcome_of(mapping, path)
    is_short_of_a_row = sum(cut for _, cut, _ in changes) >= SHORTEST_ROW
    holds_every_row = not is_short_of_a_row and marks_of(name, path.read_bytes()) == marks_of(name, content)
    assert not holds_every_row or outcome.rows >= good.rows or outcome.errors - good.errors
    with suppress(WrongUse):
        tomllib.loads(drafted_text(survey(path), TITLES))


def marks_of(name: str, content: bytes) -> str:
    """What stands between the rows, in order."""
    return _BETWEEN_ROWS.sub("", content.decode("utf-16" if name == "u.csv" else "latin-1", "replace"))


few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
many = settings(max_examples=2_750, deadline=None, derandomize=False, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", GOOD)
def test_the_files_that_are_broken_below_are_good(tmp_path: Path, name: str) -> None:
    content, mapping = GOOD[name]
    path = tmp_path / name
    path.write_bytes(content)
    assert any(line.value is not None for line in lines_of(mapping, path))


@few
@given(st.sampled_from(sorted(GOOD)), CHANGES)
def test_a_broken_file_is_read_or_named(
    tmp_path_factory: pytest.TempPathFactory, name: str, changes: list[tuple[float, int, bytes]]
) -> None:
    broken_files_are_read_or_named(tmp_path_factory.mktemp("fuzz"), name, changes)


# Each of these has ended in a traceback once.
@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("r.csv.gz", [(0.875, 1, b"")]),
        ("r.csv.gz", [(0.953125, 0, b"\x00")]),
        ("r.zip", [(0.75, 0, b"\x00"), (0.84375, 1, b"")]),
        ("r.json.gz", [(0.0234375, 1, b"")]),
        ("j.zip", [(0.1484375, 1, b"\xff")]),
        ("j.zip", [(0.3671875, 1, b"\xff")]),
        # Of these the rest is one good row, which the law once asked to be named.
        ("u.csv", [(0.8125, 0, b"\x00"), (0.34375, 0, b"\x00")]),
        ("s.csv", [(0.375, 5, b""), (0.625, 7, b"")]),
    ],
)
def test_a_file_that_was_not_read_or_named_once_is_now(
    tmp_path: Path, name: str, changes: list[tuple[float, int, bytes]]
) -> None:
    broken_files_are_read_or_named(tmp_path, name, changes)


@pytest.mark.thorough
@pytest.mark.timeout(900)  # thousands of broken files of each kind
@pytest.mark.parametrize("name", sorted(GOOD))
@many
@given(CHANGES)
def test_thousands_of_broken_files_are_read_or_named(
    tmp_path_factory: pytest.TempPathFactory, name: str, changes: list[tuple[float, int, bytes]]
) -> None:
    broken_files_are_read_or_named(tmp_path_factory.getbasetemp(), name, changes)


ODD = st.sampled_from(["o1", "NULL", "", "1.5", 'x]}"'])
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8) | ODD
TIME = st.sampled_from(["2025-01-01", "soon", "2025-01-02T10:00:00Z"])
TABLES = st.lists(st.tuples(TEXT, TEXT, TEXT, TIME), max_size=6)
Rows = list[tuple[str, str, str, str]]
HEAD = ("id", "who", "what", "when")


def as_json(rows: Rows) -> bytes:
    return json.dumps([dict(zip(HEAD, row, strict=True)) for row in rows], ensure_ascii=False).encode()


def as_xml(rows: Rows) -> bytes:
    cells = ("".join(f"<{name}>{escape(cell)}</{name}>" for name, cell in zip(HEAD, row, strict=True)) for row in rows)
    return f"<e>{''.join(f'<r>{row}</r>' for row in cells)}</e>".encode()


def as_sheet(rows: Rows) -> bytes:
    return a_workbook([list(HEAD), *map(list, rows)])


KINDS: dict[str, tuple[Callable[[Rows], bytes], str]] = {
    "r.json": (as_json, ""), "r.xml": (as_xml, "records = '/e/r'"), "r.xlsx": (as_sheet, ""),
}  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
@few
@given(TABLES)
def test_rows_in_are_records_and_named_refusals_out(
    tmp_path_factory: pytest.TempPathFactory, name: str, rows: Rows
) -> None:
    write, keys = KINDS[name]
    path = tmp_path_factory.mktemp("rows") / name
    path.write_bytes(write(rows))
    lines = lines_of(f"{ZONE}[[file]]\n{keys}{FIELDS}", path)
    named = len(lines) == 1 and "has no element" in (lines[0].error or "")
    assert (0 if named else len(lines)) == len(rows)


def test_a_bomb_of_zeros_is_read_line_by_line(tmp_path: Path) -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("r.csv", b"id,who,what,when\n" + b"0" * (64 * 1024 * 1024))
    path = tmp_path / "r.zip"
    path.write_bytes(content.getvalue())
    (line,) = lines_of("[[file]]" + FIELDS, path)
    assert "is longer than" in (line.error or "")
