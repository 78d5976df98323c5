"""Rows of an XML file: the elements that a mapping names, read one by one; entities are never resolved."""

from collections import deque
from collections.abc import Iterator
from typing import IO, Any
from xml.parsers import expat

from intake.files.opened import READ_ERRORS
from intake.files.row import Row
from models.errors import WrongUse

_CHUNK_BYTES = 64 * 1024
_MAX_RECORD_LETTERS = 4 * 1024 * 1024
_MAX_DEPTH = 200
_MAX_AROUND = 1_000  # simple elements that are kept of each element around the records


class _ForbiddenError(Exception):
    """What no file of records needs, and what could be an attack."""


class XmlRows:
    """The elements at `records`: `//Case/Charge`, wherever it stands; `/Export/Case`, from the top; `Case`.

    An element's children are its columns (`Suspect.Id`), its attributes `@id`; what stands before it in the elements
    around it is reached by `../CaseNumber`. Names are without their namespace.
    """

    def __init__(self, name: str, content: IO[bytes], records: str, encoding: str) -> None:
        self._name = name
        self._content = content
        steps = [step for step in records.split("/") if step]
        self._path = steps
        self._is_absolute = records.startswith("/") and not records.startswith("//")
        self._open: list[dict[str, Any]] = []  # Any: JSON
        self._names: list[str] = []
        self._texts: list[list[str]] = []
        self._record_depth: int | None = None
        self._letters = 0
        self._ready: deque[dict[str, Any]] = deque()
        self._parser = self._new_parser(None if encoding == "utf-8" else encoding)

    def __iter__(self) -> Iterator[Row]:
        """Raises WrongUse for a file that declares entities."""
        number = 0
        try:
            for chunk in iter(lambda: self._content.read(_CHUNK_BYTES), b""):
                self._parser.Parse(chunk, False)
                while self._ready:
                    number += 1
                    yield _row(number, self._ready.popleft())
            self._parser.Parse(b"", True)
        except _ForbiddenError as error:
            raise WrongUse(f"{self._name} {error}: nothing of it is read") from None
        except (expat.ExpatError, LookupError, ValueError, *READ_ERRORS) as error:
            while self._ready:
                number += 1
                yield _row(number, self._ready.popleft())
            yield Row(number + 1, {}, f"the file cannot be read further: {error}")
            return
        if not number:
            yield Row(1, {}, f"has no element {'/'.join(self._path)}: records says which elements are its rows")

    def _new_parser(self, encoding: str | None) -> expat.XMLParserType:
        parser = expat.ParserCreate(encoding)
        parser.buffer_text = True
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._data
        parser.EntityDeclHandler = _refuse_entities
        parser.ExternalEntityRefHandler = _refuse_entities
        return parser

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        if len(self._names) >= _MAX_DEPTH:
            raise _ForbiddenError(f"has elements {_MAX_DEPTH} deep")
        self._names.append(_bare(tag))
        self._open.append({f"@{_bare(name)}": text for name, text in attributes.items()})
        self._texts.append([])
        if self._record_depth is None and self._is_record():
            self._record_depth, self._letters = len(self._names), 0

    def _data(self, text: str) -> None:
        self._letters += len(text)
        if self._letters <= _MAX_RECORD_LETTERS or self._record_depth is None:
            self._texts[-1].append(text)
        if self._record_depth is None:
            self._texts[-1] = self._texts[-1][-1:]  # long texts around the records are no columns

    def _end(self, _: str) -> None:
        depth, name, children = len(self._names), self._names.pop(), self._open.pop()
        text = "".join(self._texts.pop()).strip()
        if depth == self._record_depth:
            self._record_depth = None
            self._ready.append(self._whole(children, text))
            return
        value: Any = text if not children else {**children, "#text": text} if text else children  # Any: JSON
        if self._open and (self._record_depth is not None or isinstance(value, str)):
            self._put(self._open[-1], name, value)

    def _put(self, around: dict[str, Any], name: str, value: Any) -> None:  # Any: JSON
        if name not in around:
            if self._record_depth is not None or len(around) < _MAX_AROUND:
                around[name] = value
        elif self._record_depth is None:
            around[name] = value  # of the elements around, the last word before the record
        elif isinstance(around[name], list):
            around[name].append(value)
        else:
            around[name] = [around[name], value]

    def _whole(self, children: dict[str, Any], text: str) -> dict[str, Any]:  # Any: JSON
        if self._letters > _MAX_RECORD_LETTERS:
            return {}
        columns = {"#text": text, **children} if text else dict(children)
        for height, around in enumerate(reversed(self._open), 1):
            columns |= {f"{'../' * height}{name}": value for name, value in around.items()}
        return columns

    def _is_record(self) -> bool:
        if self._is_absolute:
            return self._names == self._path
        return self._names[-len(self._path) :] == self._path


def _row(number: int, columns: dict[str, Any]) -> Row:  # Any: JSON
    if not columns:
        return Row(number, {}, f"is empty, or longer than {_MAX_RECORD_LETTERS} letters")
    return Row(number, columns, None)


def _bare(name: str) -> str:
    return name.rpartition(":")[2]


def _refuse_entities(*_: object) -> int:
    raise _ForbiddenError("declares entities of its own, by which a file can reach for others or fill the memory")
