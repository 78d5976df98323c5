"""What a file is by its first bytes, where that is something else than its name or mapping says."""

import re
import struct
from typing import IO, NamedTuple
from zipfile import ZipFile

from intake.files.opened import READ_ERRORS
from intake.files.reading import UTF_8, Kind
from intake.files.utf_16 import unmarked_utf_16
from models.errors import WrongUse

_UNPACK = "unpack it first"
_EXPORT = "export it as CSV or .xlsx"
_NO_DATA = "ask for the data behind it, as CSV or .xlsx"
_AS_ZIP = "call it by a name that ends in .zip"
_OFFICE = {
    "xl/workbook.bin": "a binary Excel workbook (.xlsb)",
    "word/document.xml": "a document of Word (.docx)",
    "ppt/presentation.xml": "a presentation (.pptx)",
}
_PLACE_OF_TAR = 257
_MOST_MEMBERS = 10_000
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"\x1f\x8b", "compressed by gzip", "call it by a name that ends in .gz"),
    (b"BZh", "compressed by bzip2", _UNPACK),
    (b"\xfd7zXZ\x00", "compressed by xz", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "an archive of 7-Zip", _UNPACK),
    (b"Rar!\x1a\x07", "an archive of RAR", _UNPACK),
    (b"%PDF-", "a PDF", _NO_DATA),
    (b"PAR1", "a Parquet file", _EXPORT),
    (b"ARROW1", "an Arrow file", _EXPORT),
    (b"Obj\x01", "an Avro file", _EXPORT),
    (b"SQLite format 3\x00", "a database of SQLite", _EXPORT),
    (b"\x00\x01\x00\x00Standard ", "a database of Access", _EXPORT),
    (b"{\\rtf", "a document in RTF", _EXPORT),
    (b"\x89PNG\r\n\x1a\n", "a picture (PNG)", _NO_DATA),
    (b"\xff\xd8\xff", "a picture (JPEG)", _NO_DATA),
)
_CONTROLS = dict.fromkeys([*range(1, 9), *range(0x0E, 0x1A), 0x7F])
_SPREADSHEET_2003 = b"urn:schemas-microsoft-com:office:spreadsheet"
_HTML = re.compile(rb"\s*(<!--.*?-->\s*)?<(!doctype\s+html|html|head|body|table|meta)\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(rb"(\xef\xbb\xbf)?\s*<(\?xml\b|[A-Za-z!])")
_JSON = re.compile(rb'(\xef\xbb\xbf)?\s*(\[\s*)?\{\s*"')
_BOM_UTF_8, _BOMS_UTF_16 = b"\xef\xbb\xbf", (b"\xff\xfe", b"\xfe\xff")
_NAMES_PER_SECTOR = 4096


class _Found(NamedTuple):
    what: str
    remedy: str


def require_kind(kind: Kind, name: str, head: bytes, content: IO[bytes], encoding: str) -> None:
    """Raises WrongUse, with what to do, where the first bytes are those of something else; `content` can be sought."""
    found = _binary(kind, head, content) or _text(kind, head)
    if found is None and kind is Kind.CSV and not head.startswith(_BOMS_UTF_16):
        found = _no_text_of(head, encoding)
    if found is not None:
        raise WrongUse(f"{name} is {found.what}, and is read as {kind}: {found.remedy}")


def _no_text_of(head: bytes, encoding: str) -> _Found | None:
    unmarked = unmarked_utf_16(head) if encoding == UTF_8 else None
    if unmarked is not None:
        return _Found("UTF-16 without a mark", f'say encoding = "{unmarked}" in its mapping')
    if is_binary(head.decode(encoding, errors="replace")):
        return _Found("no text", "its bytes are those of a program: ask what wrote it, and for CSV or .xlsx")
    return None


def is_binary(text: str) -> bool:
    """Whether it holds so many control characters that it is no text; zeros alone may fill up a field."""
    letters = text.replace("\0", "")
    controls = len(letters) - len(letters.translate(_CONTROLS))
    return 20 * controls > len(letters) or (bool(text) and not letters)


def _binary(kind: Kind, head: bytes, content: IO[bytes]) -> _Found | None:
    if head.startswith(_ZIP):
        return _zip(kind, content)
    if head.startswith(_OLE):
        return _old_office(head, content)
    if head[_PLACE_OF_TAR:].startswith(b"ustar"):
        return _Found("a tar archive", _UNPACK)
    text = head.lstrip()
    found = (pair for pair in _SIGNATURES if head.startswith(pair[0]) or text.startswith(pair[0]))
    return next((_Found(what, remedy) for _, what, remedy in found), None)


def _zip(kind: Kind, content: IO[bytes]) -> _Found | None:
    """What an archive is by the names in it; None for a workbook that is read as one, and for what is broken."""
    try:
        content.seek(0)
        with ZipFile(content) as archive:
            names = {info.filename for info in archive.infolist()[:_MOST_MEMBERS]}
            given = archive.read("mimetype")[:100].decode(errors="replace") if "mimetype" in names else ""
    except (*READ_ERRORS, ValueError, RuntimeError, struct.error):
        return None if kind is Kind.SHEET else _Found("a zip archive", _AS_ZIP)
    if "xl/workbook.xml" in names:
        return (
            None if kind is Kind.SHEET else _Found("an Excel workbook (.xlsx)", "call it by a name that ends in .xlsx")
        )
    for name, what in _OFFICE.items():
        if name in names:
            return _Found(what, _EXPORT)
    if given.startswith("application/vnd.oasis"):
        return _Found("a document of OpenOffice", _EXPORT)
    if kind is Kind.SHEET and "[Content_Types].xml" in names:
        return None  # its reader says what it lacks
    return _Found("a zip archive", _AS_ZIP)


def _old_office(head: bytes, content: IO[bytes]) -> _Found:
    """One container holds old workbooks and encrypted new ones: its directory says which."""
    names = b""
    if len(head) >= 52:
        shift, first = struct.unpack_from("<H", head, 30)[0], struct.unpack_from("<I", head, 48)[0]
        content.seek((first + 1) << min(shift, 12))
        names = content.read(_NAMES_PER_SECTOR)
    if "EncryptedPackage".encode("utf-16-le") in names:
        return _Found("protected by a password", "save it without one")
    if "WordDocument".encode("utf-16-le") in names:
        return _Found("a document of Word", _EXPORT)
    return _Found("an Excel workbook of the old kind (.xls)", "save it as .xlsx, or as CSV UTF-8")


def _without_zeros(head: bytes) -> bytes:
    """Text in UTF-16 with or without its mark, as far as it is ASCII, as such text."""
    return head.replace(b"\0", b"").removeprefix(b"\xff\xfe").removeprefix(b"\xfe\xff")


def _text(kind: Kind, head: bytes) -> _Found | None:
    if _HTML.match(head):
        return _Found("a web page (HTML), whatever it is called", "open it in a spreadsheet and save it as .xlsx")
    is_xml = _XML.match(_without_zeros(head)) is not None
    if is_xml and _SPREADSHEET_2003 in _without_zeros(head):
        return _Found("a spreadsheet in the XML of 2003", "open it in a spreadsheet and save it as .xlsx")
    return _other_text(kind, head, is_xml)


def _other_text(kind: Kind, head: bytes, is_xml: bool) -> _Found | None:
    if kind is Kind.SHEET and head and not head.startswith(_ZIP):
        what = "XML" if is_xml else "JSON" if _JSON.match(head) else "text"
        remedy = "save it as .xlsx" if is_xml else "say what separates its cells (delimiter), or call it .csv"
        return _Found(what, remedy)
    if kind in (Kind.CSV, Kind.LINES, Kind.DOCUMENT) and head.lstrip(_BOM_UTF_8).lstrip().startswith(b"<?xml"):
        return _Found("XML", 'call it .xml, and say by records which elements are its rows (records = "//Case")')
    if kind is Kind.XML and head and not is_xml and not head.startswith(_BOMS_UTF_16):
        return _Found("no XML", "call it by what it is")
    if kind is Kind.CSV and _JSON.match(head):
        return _Found("JSON", "call it by a name that ends in .json, and leave delimiter out of its mapping")
    return None
