"""The document of `harmwatch index import`, and its text: what was written, what was ambiguous, what changed."""

from collections.abc import Sequence

from models.alert import days_text
from policies.index_edition import IndexLine, changes
from policies.official_table import OfficialTable
from sight.document import Document
from sight.printable import printable, printable_code


class AmbiguousCode(Document):
    """A code with several values; the lowest of them counts."""

    code: str
    millidays: int
    values: tuple[int, ...]


class ChangedCode(Document):
    """A code that counts otherwise than in the previous edition; null where an edition has none."""

    code: str
    before: int | None
    after: int | None


class ThousandsCell(Document):
    """A cell with a comma, read as thousands."""

    line: int
    code: str
    days: str
    millidays: int


class ImportedIndex(Document):
    """What was written, and of what; but for `changes` it is also the note beside the index."""

    edition: str
    source: str
    source_sha256: str
    index_file: str
    digest: str
    codes: int
    ambiguous: tuple[AmbiguousCode, ...]
    changes: tuple[ChangedCode, ...] | None
    sheet: str | None
    other_sheets: tuple[str, ...]
    read_as_thousands: tuple[ThousandsCell, ...]


def ambiguous_codes(lines: Sequence[IndexLine]) -> tuple[AmbiguousCode, ...]:
    """The codes that have several values."""
    return tuple(
        AmbiguousCode(code=line.code, millidays=line.millidays, values=line.values) for line in lines if line.ambiguous
    )


def changed_codes(previous: dict[str, int], index: dict[str, int]) -> tuple[ChangedCode, ...]:
    """What an edition changes."""
    return tuple(ChangedCode(code=one.code, before=one.before, after=one.after) for one in changes(previous, index))


def thousands_cells(table: OfficialTable) -> tuple[ThousandsCell, ...]:
    """The cells that were read as thousands."""
    return tuple(
        ThousandsCell(line=row.place, code=row.urn, days=row.thousands, millidays=row.millidays)
        for row in table.rows
        if row.thousands is not None
    )


def render_import(document: ImportedIndex) -> str:
    """What was written, what was ambiguous, what changed."""
    lines = [
        f"{document.index_file}: {document.codes:,} codes of edition {document.edition} "
        f"(from {document.source}), digest {document.digest}"
    ]
    lines += _render_reading(document)
    if document.ambiguous:
        lines.append(f"{len(document.ambiguous)} codes have several values; the lowest counts:")
        lines += [
            f"  {printable_code(one.code)}: {' or '.join(days_text(value) for value in one.values)} days"
            for one in document.ambiguous
        ]
    changed = document.changes
    if changed is not None:
        lines.append(f"{len(changed)} codes differ from the previous edition{':' if changed else ''}")
        lines += [f"  {printable_code(one.code)}: {_days(one.before)} -> {_days(one.after)}" for one in changed]
    return "\n".join(lines)


def _render_reading(document: ImportedIndex) -> list[str]:
    lines = []
    if document.other_sheets:
        others = ", ".join(printable(name) for name in document.other_sheets)
        lines.append(f"read sheet {printable(document.sheet or '')}; not read: {others} (--sheet)")
    if document.read_as_thousands:
        lines.append("read as thousands:")
    lines += [
        f"  line {one.line}, {printable(one.code)}: {one.days} is {days_text(one.millidays)} days"
        for one in document.read_as_thousands
    ]
    return lines


def _days(millidays: int | None) -> str:
    return "none" if millidays is None else f"{days_text(millidays)} days"
