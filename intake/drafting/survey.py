"""What a stranger's file is, before there is a mapping for it: how to read it, and what stands in its columns."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path, PurePath
from typing import Any
from zipfile import ZipInfo

from intake.drafting.columns import Column, columns_of
from intake.drafting.encoding import guess_encoding
from intake.drafting.header_row import header_row, valued_columns
from intake.drafting.records import MOST_COLUMNS, paths_of, place_of_json, place_of_xml
from intake.drafting.text_format import Layout, guess_layout
from intake.drafting.trailer import trailer_of
from intake.files.content import require_kind
from intake.files.header import named
from intake.files.opened import READ_ERRORS, OpenedFile, is_archive, members_of
from intake.files.reading import UTF_8, Kind, Reading
from intake.files.row import Row
from intake.files.sheet_rows import SheetRows, sheet_names
from intake.files.source import Source
from models.errors import WrongUse

UNKNOWN = "?"
"""The value of a key that must be said, and that the file does not tell."""

MOST_ROWS = 1_000_000
MOST_BYTES = 256 * 1024 * 1024
_TELL_EVERY_ROWS = 2_000
_FOR_PEOPLE = frozenset({".txt", ".md", ".pdf", ".html", ".docx"})
_LAYOUT_LETTERS = 512 * 1024
_ROWS_AT_THE_TOP = 100


@dataclass(slots=True)
class Survey:
    """`name` is how the content of `file` is called; `rows` are those that were looked at.

    `keys` are what a mapping must say of the file, each with the reason.
    """

    file: str
    name: str
    kind: Kind
    reading: Reading
    keys: list[tuple[str, Any, str]] = field(default_factory=list)  # Any: TOML
    columns: list[Column] = field(default_factory=list)
    rows: int = 0
    wrong: list[Row] = field(default_factory=list)
    is_whole: bool = True
    last_line: str = ""
    """of a text"""

    last: Row | None = None
    """the last of the rows that were looked at"""

    @property
    def pattern(self) -> str:
        """Which files are like it, by their names."""
        suffixes = PurePath(self.file).suffixes
        kept = suffixes[-2:] if suffixes[-1:] == [".gz"] else suffixes[-1:]
        return f"*{''.join(kept)}"


def survey(path: Path, tell: Callable[[int], None] = lambda _: None) -> Survey:
    """Looks at a file; `tell` is called with the number of rows so far. Raises WrongUse for what cannot be read."""
    if not path.is_file():
        raise WrongUse(f"there is no file {path}")
    member = _member_to_draft(path) if is_archive(path) else None
    opened = OpenedFile(path, member)
    head = opened.head()
    kind = _kind(head)
    with opened.open() as content:
        require_kind(kind, opened.name, head, content, guess_encoding(head).name)
    found = Survey(member.filename if member else path.name, opened.content_name, kind, Reading(wanted=frozenset()))
    {
        Kind.CSV: _look_at_text, Kind.SHEET: _look_at_sheet, Kind.XML: _look_at_xml, Kind.DOCUMENT: _look_at_json,
    }[kind](found, opened)  # fmt: skip
    _look_at_rows(found, path, member, tell)
    return found


def _member_to_draft(path: Path) -> ZipInfo:
    """The only file of an archive, or the longest of those of its one kind; what is read by people is left aside."""
    members = members_of(path)
    kinds = {PurePath(member.filename.lower()).suffix for member in members} - _FOR_PEOPLE
    if len(members) == 1:
        return members[0]
    if len(kinds) == 1 and "" not in kinds:
        return max(
            (one for one in members if PurePath(one.filename.lower()).suffix in kinds), key=lambda one: one.file_size
        )
    raise WrongUse(f"{path} holds {len(members)} files: unpack it, and draft a mapping for each kind of them")


def _kind(head: bytes) -> Kind:
    if head.startswith(b"PK\x03\x04"):
        return Kind.SHEET
    letter = Reading(encoding=guess_encoding(head).name).first_letter(head)
    return {"<": Kind.XML, "{": Kind.DOCUMENT, "[": Kind.DOCUMENT}.get(letter, Kind.CSV)


def _content(found: Survey, opened: OpenedFile) -> bytes:
    try:
        with opened.open() as stream:
            content = stream.read(MOST_BYTES)
    except READ_ERRORS as error:
        raise WrongUse(f"{opened.name} cannot be read to its end: {error}") from None
    found.is_whole = len(content) < MOST_BYTES
    return content


def _encoding(found: Survey, content: bytes) -> str:
    guess = guess_encoding(content)
    if guess.name != UTF_8:
        found.keys.append(("encoding", guess.name if guess.is_known else UNKNOWN, guess.reason))
        found.reading = replace(found.reading, encoding=guess.name)
    return guess.name


def _look_at_text(found: Survey, opened: OpenedFile) -> None:
    content = _content(found, opened)
    text = content.decode(_encoding(found, content), errors="replace").lstrip("\ufeff")
    layout = guess_layout(_of_whole_lines(text))
    if not layout.names and layout.header_row == 0:
        _without_header(found, layout)
    usual = Reading().delimiter_of(found.name)
    if layout.delimiter != usual or Reading().kind_of(found.name, b"") is not Kind.CSV:
        found.keys.append(("delimiter", layout.delimiter, "what separates its cells most evenly"))
    wanted = frozenset(name for name in layout.names if name)
    found.reading = replace(found.reading, delimiter=layout.delimiter, wanted=wanted)
    found.last_line = text.rstrip().replace("\r", "\n").rpartition("\n")[2].strip()


def _of_whole_lines(text: str) -> str:
    part = text[:_LAYOUT_LETTERS].replace("\r\n", "\n").replace("\r", "\n")
    return part if len(text) <= _LAYOUT_LETTERS else part.rpartition("\n")[0] or part


def _without_header(found: Survey, layout: Layout) -> None:
    names = [f"column {place}" for place in range(1, layout.width + 1)]
    if len(names) < 2:
        raise WrongUse(f"{found.name} has no columns that could be distinguished: nothing separates its cells evenly")
    found.keys.append(("header", names, "none of its first rows names the columns: these names are made up"))
    found.reading = replace(found.reading, header=tuple(names))


def _look_at_sheet(found: Survey, opened: OpenedFile) -> None:
    tops = [_SheetTop(opened, title) for title in sheet_names(opened)]
    with_header = [top for top in tops if top.names]
    if not with_header:
        raise WrongUse(f"{opened.name} has no sheet with a header")
    best = max(with_header, key=lambda top: top.size)
    others = [top.title for top in with_header if top is not best]
    beside = f"; there is a header in {', '.join(map(repr, others))}, too" if others else ""
    reason = f"its header stands in row {best.number}{beside and ', and it holds most'}{beside}"
    found.keys.append(("sheet", best.title, reason))
    found.reading = replace(found.reading, sheet=best.title, wanted=frozenset(name for name in best.names if name))


class _SheetTop:
    """The header of a sheet, by its first rows; no `names`: there is none. `size`: how much of a table it is."""

    def __init__(self, opened: OpenedFile, title: str) -> None:
        self.title = title
        self.names: list[str] = []
        self.number = 0
        rows = list(islice(SheetRows(opened, Reading(sheet=title, header=("",))), _ROWS_AT_THE_TOP))
        width = max((len(row.columns) for row in rows), default=0)
        cells = [_padded([str(text) for text in row.columns.values()], width) for row in rows]
        place = header_row(cells)
        self.size = len(valued_columns(cells)) * len(cells)
        if place:
            self.number, self.names = rows[place - 1].number, named([name.strip() for name in cells[place - 1]])


def _padded(cells: list[str], width: int) -> list[str]:
    return [*cells, *[""] * (width - len(cells))]


def _look_at_json(found: Survey, opened: OpenedFile) -> None:
    content = _content(found, opened)
    text = content.decode(_encoding(found, content), errors="replace").lstrip("\ufeff")
    try:
        records = place_of_json(text)
    except ValueError as error:
        if not found.is_whole:
            raise WrongUse(f"{opened.name} is one document of more than {MOST_BYTES} bytes: draft from less") from None
        raise WrongUse(f"{opened.name} {error}") from None
    except RecursionError:
        raise WrongUse(_too_deep(opened.name)) from None
    if records is None:
        found.kind = Kind.LINES
        return
    if records:
        found.keys.append(("records", records, "its longest list of objects"))
    found.reading = replace(found.reading, records=records)


def _look_at_xml(found: Survey, opened: OpenedFile) -> None:
    try:
        content = _content(found, opened)
        records = place_of_xml(content, found.is_whole)
    except ValueError as error:
        raise WrongUse(f"{opened.name} {error}") from None
    if records is None:
        raise WrongUse(f"{opened.name} has no element that comes again and again and holds others")
    found.keys.append(("records", records, "the elements that come most often and hold others"))
    found.reading = replace(found.reading, records=records)


def _look_at_rows(found: Survey, path: Path, member: ZipInfo | None, tell: Callable[[int], None]) -> None:
    rows = _good_rows(found, Source(path, found.reading, member), tell)
    if found.kind in (Kind.CSV, Kind.SHEET):
        found.columns = columns_of(rows)
    else:
        try:
            found.columns = columns_of({name: value} for row in rows for name, value in paths_of(row))[:MOST_COLUMNS]
        except RecursionError:
            raise WrongUse(_too_deep(found.name)) from None
    trailer = trailer_of(found)
    if trailer is not None:
        found.keys.append(("trailer", trailer, "its last line is no row, and tells how many there are"))


def _good_rows(found: Survey, source: Source, tell: Callable[[int], None]) -> Iterator[dict[str, Any]]:  # Any: JSON
    for row in islice(source.rows(), MOST_ROWS):
        found.last = row
        if row.error is not None:
            found.wrong.append(row)
            continue
        found.rows += 1
        if found.rows % _TELL_EVERY_ROWS == 0:
            tell(found.rows)
        yield row.columns
    found.is_whole = found.is_whole and found.rows + len(found.wrong) < MOST_ROWS


def _too_deep(name: str) -> str:
    return f"{name} is nested too deep to be drafted: no mapping reaches columns that lie so deep"
