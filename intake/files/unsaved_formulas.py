"""Formulas of a sheet whose values were not saved with it: their cells look empty, and are not."""

from typing import IO, Any
from xml.parsers import expat

_CHUNK_BYTES = 64 * 1024
_LETTERS_OF_A_COLUMN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"

Place = tuple[int, int]
"""Row and column of a cell, counted from 1."""


class UnsavedCell(str):
    """What stands for the value of such a cell: an empty text."""

    __slots__ = ()


def unsaved_formulas(sheet: Any) -> frozenset[Place]:  # Any: the library has no types
    """Where they stand in a sheet that is read as a stream. Raises whatever the sheet's reader raises."""
    with sheet._get_source() as source:
        if not _has_formulas(source):
            return frozenset()
    with sheet._get_source() as source:
        return _Cells(source).unsaved


def _has_formulas(source: IO[bytes]) -> bool:
    held = b""
    while chunk := source.read(_CHUNK_BYTES):
        held = held[-4:] + chunk
        if b"<f" in held or b":f" in held:
            return True
    return False


class _Cells:
    def __init__(self, source: IO[bytes]) -> None:
        self._found: list[Place] = []
        self._place, self._row, self._column = (0, 0), 0, 0
        self._is_open = self._is_formula = self._has_value = False
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._begin, self._end
        parser.CharacterDataHandler = self._data
        while chunk := source.read(_CHUNK_BYTES):
            parser.Parse(chunk, False)
        parser.Parse(b"", True)
        self.unsaved = frozenset(self._found)

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        match tag.rpartition(":")[2]:
            case "row":
                self._row = int(attributes.get("r", self._row + 1))
                self._column = 0
            case "c":
                self._column = _column_of(attributes["r"]) if "r" in attributes else self._column + 1
                self._place = self._row, self._column
                # A text without letters is the saved value of a formula as well.
                self._has_value = attributes.get("t") == "str"
                self._is_formula = self._is_open = False
            case "f":
                self._is_formula = True
            case "v" | "is":
                self._is_open = True

    def _data(self, text: str) -> None:
        if self._is_open and text.strip():
            self._has_value = True

    def _end(self, tag: str) -> None:
        match tag.rpartition(":")[2]:
            case "v" | "is":
                self._is_open = False
            case "c" if self._is_formula and not self._has_value:
                self._found.append(self._place)


def _column_of(place: str) -> int:
    column = 0
    for letter in place.rstrip("0123456789"):
        column = column * len(_LETTERS_OF_A_COLUMN) + _LETTERS_OF_A_COLUMN.index(letter.upper()) + 1
    return column
