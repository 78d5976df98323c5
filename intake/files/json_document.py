"""A JSON document whose rows stand in one list, read record by record."""

import re
from collections.abc import Callable, Iterator
from typing import Any

from intake.files.json_row import json_decoder
from intake.files.opened import READ_ERRORS
from intake.files.reading import is_unicode
from intake.files.row import Row
from models.errors import WrongUse

MAX_RECORD_LETTERS = 4 * 1024 * 1024

_CHUNK_LETTERS = 256 * 1024
_SPACE = re.compile(r"[ \t\r\n]*")
_SCALAR = re.compile(r"[^\s,\]}\[{\":]+")
_STRUCTURE = re.compile(r'[\[\]{}]|"[^"\\]*(?:\\.[^"\\]*)*(?P<end>"?)', re.DOTALL)


class _BrokenError(Exception):
    """The document cannot be read further; the text says why."""


class JsonDocument:
    """The records of the list at `records` (`data`, `result.items`; "": the document is the list), once.

    `read` gives the next letters, at most so many, and "" at the end. Memory holds one record.
    """

    def __init__(self, name: str, read: Callable[[int], str], records: str, encoding: str) -> None:
        self._name = name
        self._read = read
        self._path = records.split(".") if records else []
        self._encoding = encoding
        self._text = ""
        self._at = 0
        self._ended = False
        self._is_odd = False

    def __iter__(self) -> Iterator[Row]:
        """Raises WrongUse where there is no such list."""
        number = 0
        try:
            self._enter()
            for number, row in enumerate(self._items(), 1):
                yield row._replace(number=number)
            self._leave()
        except (_BrokenError, ValueError, RecursionError) as error:
            yield Row(number + 1, {}, f"the file cannot be read further: {error}")

    def _enter(self) -> None:
        """Goes to the first record."""
        self._next_letter()
        self._text = self._text.removeprefix("\ufeff")
        for depth, wanted in enumerate(self._path):
            self._open("{", ".".join(self._path[:depth]))
            names: list[str] = []
            while (name := self._name_of_value(first=not names)) != wanted:
                if name is None:
                    text = ", ".join(map(repr, names[:20])) or "nothing"
                    raise WrongUse(f"{self._name} has no {wanted!r} for records; it has {text}")
                names.append(name)
                self._skip_value()
        self._open("[", ".".join(self._path))

    def _open(self, bracket: str, place: str) -> None:
        if self._next_letter() != bracket:
            what = "list of records" if bracket == "[" else "object"
            at = f" at {place!r}" if place else " at its top"
            raise WrongUse(f'{self._name} has no {what}{at}: records says where the list stands (records = "data")')
        self._at += 1

    def _name_of_value(self, *, first: bool) -> str | None:
        """The next name in an object, its colon passed; None at the object's end."""
        letter = self._next_letter()
        if letter == "}":
            return None
        if not first:
            self._pass(",")
            self._next_letter()
        name = self._decoded()
        if not isinstance(name, str):
            raise _BrokenError("an object has no name where one should stand")
        self._next_letter()
        self._pass(":")
        return name

    def _items(self) -> Iterator[Row]:
        if self._next_letter() == "]":
            self._at += 1
            return
        while True:
            self._next_letter()
            yield self._record()
            letter = self._next_letter()
            if letter == "]":
                break
            self._pass(",")
        self._at += 1

    def _leave(self) -> None:
        """Reads what stands behind the list: one that ended too early would hide the records behind it."""
        for wanted in reversed(self._path):
            while self._next_letter() != "}":
                if not self._text[self._at :]:
                    raise _BrokenError("it ends within the document: it may have been cut")
                if self._name_of_value(first=False) == wanted:
                    raise _BrokenError(f"it names {wanted!r} twice")
                self._skip_value()
            self._at += 1
        if self._next_letter():
            raise _BrokenError("something stands behind the document")

    def _record(self) -> Row:
        try:
            value = self._decoded()
        except (ValueError, RecursionError) as error:
            self._skip_value()
            return Row(0, {}, f"is not JSON: {str(error)[:200]}")
        if not isinstance(value, dict):
            return Row(0, {}, "is not a JSON object")
        return Row(0, {}, f"is not {self._encoding}") if self._is_odd else Row(0, value, None)

    def _decoded(self) -> Any:  # Any: JSON
        """The value that begins here, passed. Raises ValueError or RecursionError for what is none."""
        while True:
            try:
                value, end = json_decoder.raw_decode(self._text, self._at)
            except ValueError:
                if len(self._text) - self._at > MAX_RECORD_LETTERS or not self._more():
                    raise
                continue
            if end == len(self._text) and not isinstance(value, dict | list | str) and self._more():
                continue  # the digits of a number may go on
            # Bytes that do not fit the encoding stand there as surrogates.
            letters = self._text[self._at : end]
            self._is_odd = not letters.isascii() and not is_unicode(letters)
            self._at = end
            return value

    def _skip_value(self) -> None:
        """Passes a value, whatever is wrong inside of it."""
        depth, letter = 0, self._next_letter()
        if letter not in '[{"' or not letter:
            self._pass_scalar()
            return
        while True:
            match = _STRUCTURE.search(self._text, self._at)
            if match is None or (match[0][0] == '"' and not match["end"]):
                self._at = len(self._text) if match is None else match.start()
                if not self._more():
                    raise _BrokenError("it ends within a record: it may have been cut")
                continue
            self._at = match.end()
            depth += 1 if match[0] in "[{" else -1 if match[0] in "]}" else 0
            if depth <= 0:
                return

    def _pass_scalar(self) -> None:
        match = _SCALAR.match(self._text, self._at)
        while match is not None and match.end() == len(self._text) and self._more():
            match = _SCALAR.match(self._text, self._at)
        if match is None:
            raise _BrokenError("a value is missing")
        self._at = match.end()

    def _pass(self, letter: str) -> None:
        found = self._text[self._at : self._at + 1]
        if found != letter:
            raise _BrokenError(f"{letter!r} is missing" if found else "it ends within the list: it may have been cut")
        self._at += 1

    def _next_letter(self) -> str:
        """The next letter that is no space; "" at the end."""
        while True:
            match = _SPACE.match(self._text, self._at)
            self._at = match.end() if match else self._at
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def _more(self) -> bool:
        """Reads on, as much again as is held; what is passed is forgotten."""
        if self._ended:
            return False
        self._text, self._at = self._text[self._at :], 0
        try:
            more = self._read(max(_CHUNK_LETTERS, len(self._text)))
        except READ_ERRORS as error:
            raise _BrokenError(str(error)) from None
        self._ended = not more
        self._text += more
        return bool(more)
