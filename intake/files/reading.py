"""How a file is to be read, as its name and a mapping say it."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import PurePath

UTF_8 = "utf-8"

_CSV_DELIMITERS = {".csv": ",", ".tsv": "\t"}
_SHEETS = frozenset({".xlsx", ".xlsm"})


class Kind(StrEnum):
    """What a file is read as."""

    CSV = "CSV"
    SHEET = "a spreadsheet"
    LINES = "JSON Lines"
    DOCUMENT = "a JSON document"
    XML = "XML"


@dataclass(frozen=True, slots=True)
class Reading:
    """What a mapping says of a file; docs/mapping.md explains every key."""

    delimiter: str | None = None
    encoding: str = UTF_8
    quotes: bool = True
    sheet: str | None = None
    records: str | None = None
    skip: int = 0
    header: tuple[str, ...] | None = None
    trailer: str | None = None
    wanted: frozenset[str] | None = None
    """the columns that the mapping reads, by which a header is found; None: there is no mapping"""

    def kind_of(self, name: str, head: bytes) -> Kind:
        """What a file of that name, which begins so, is read as."""
        suffix, begins = PurePath(name.lower()).suffix, self.first_letter(head)
        if self.records is not None:
            return Kind.XML if begins == "<" or suffix == ".xml" else Kind.DOCUMENT
        if self.delimiter is not None or (suffix in _CSV_DELIMITERS and self.sheet is None):
            return Kind.CSV
        if self.sheet is not None or suffix in _SHEETS:
            return Kind.SHEET
        if suffix == ".xml":
            return Kind.XML
        return Kind.DOCUMENT if self.wanted is not None and begins == "[" else Kind.LINES

    def first_letter(self, head: bytes) -> str:
        """The first letter that is no space; "" where there is none."""
        return head.decode(self.encoding, errors="ignore").lstrip("\ufeff \t\r\n")[:1]

    def delimiter_of(self, name: str) -> str:
        """What separates the cells of a CSV."""
        return self.delimiter or _CSV_DELIMITERS.get(PurePath(name.lower()).suffix, ",")


def is_unicode(text: str) -> bool:
    """Whether none of its bytes was left as it stood in the file."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
