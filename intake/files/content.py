"""What a file is by its first bytes, where that is something else than its name or mapping says."""

import re
import struct
from typing import IO, NamedTuple

from intake.files.reading import Kind
from models.errors import WrongUse

_UNPACK = "unpack it first"
_EXPORT = "export it as CSV or .xlsx"
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIGNATURES = (
    (b"\x1f\x8b", "compressed by gzip", "call it by a name that ends in .gz"),
    (b"BZh", "compressed by bzip2", _UNPACK),
    (b"\xfd7zXZ\x00", "compressed by xz", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "compressed by zstd", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "an archive of 7-Zip", _UNPACK),
    (b"Rar!\x1a\x07", "an archive of RAR", _UNPACK),
    (b"%PDF-", "a PDF", "ask for the data behind it, as CSV or .xlsx"),
    (b"PAR1", "a Parquet file", _EXPORT),
    (b"ARROW1", "an Arrow file", _EXPORT),
    (b"Obj\x01", "an Avro file", _EXPORT),
    (b"SQLite format 3\x00", "a database of SQLite", _EXPORT),
    (b"\x00\x01\x00\x00Standard ", "a database of Access", _EXPORT),
    (b"{\\rtf", "a document in RTF", _EXPORT),
)
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
    is_marked = head.startswith(_BOMS_UTF_16)
    if found is None and kind is Kind.CSV and head.count(0) > len(head) // 5 and encoding == "utf-8" and not is_marked:
        found = _Found("UTF-16 without a mark", 'say encoding = "utf-16-le" (or "utf-16-be") in its mapping')
    if found is not None:
        raise WrongUse(f"{name} is {found.what}, and is read as {kind}: {found.remedy}")


def _binary(kind: Kind, head: bytes, content: IO[bytes]) -> _Found | None:
    if head.startswith(_ZIP):
        return None if kind is Kind.SHEET else _zip(head)
    if head.startswith(_OLE):
        return _old_office(head, content)
    return next((_Found(what, remedy) for magic, what, remedy in _SIGNATURES if head.startswith(magic)), None)


def _zip(head: bytes) -> _Found:
    if b"[Content_Types].xml" in head or b"xl/" in head:
        return _Found("an Excel workbook (.xlsx)", "call it by a name that ends in .xlsx")
    if head[30:38] == b"mimetype":
        return _Found("a document of OpenOffice", _EXPORT)
    return _Found("a zip archive", "call it by a name that ends in .zip")


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


def _text(kind: Kind, head: bytes) -> _Found | None:
    if _HTML.match(head):
        return _Found("a web page (HTML), whatever it is called", "open it in a spreadsheet and save it as .xlsx")
    is_xml = _XML.match(head) is not None
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
