"""Where the rows of a JSON document or of an XML file stand, and which columns they have."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

Json = Any  # Any: JSON

MOST_COLUMNS = 500


def json_lists(document: Json, place: str = "") -> Iterator[tuple[str, Json]]:
    """Every list of objects or of lists that can be reached by names alone, with its place. Raises RecursionError."""
    if isinstance(document, list) and any(isinstance(item, dict | list) for item in document):
        yield place, document
    elif isinstance(document, dict):
        for name, value in document.items():
            yield from json_lists(value, f"{place}.{name}" if place else name)


def place_of_json(content: str) -> str | None:
    """`records` of a document: its longest list of objects; None for JSON Lines. Raises ValueError, RecursionError."""
    try:
        document = json.loads(content)
    except ValueError as error:
        if _is_lines(content):
            return None
        raise ValueError(f"is not JSON: {error}{_of_several(content)}") from None
    place, longest = max(json_lists(document), key=lambda pair: len(pair[1]), default=("", None))
    if longest is not None and not any(isinstance(item, dict) for item in longest):
        where = f" at {place!r}" if place else ""
        raise ValueError(f"holds its rows as lists without names{where}: ask for CSV, or for objects with names")
    if longest is not None:
        return place
    if isinstance(document, dict) and _are_alike(list(document.values())):
        raise ValueError("holds its records in one object, each under a name of its own: a mapping reads lists of them")
    if not isinstance(document, dict) or "\n" in content.strip():
        raise ValueError("holds no list of objects, and no mapping could find a record in it")
    return None


def _are_alike(values: list[Json]) -> bool:
    """Whether they are several objects of the same names."""
    objects = [frozenset(value) for value in values if isinstance(value, dict)]
    return len(values) == len(objects) > 1 == len(set(objects))


def _of_several(content: str) -> str:
    """What to do where a document follows another."""
    try:
        json.JSONDecoder().raw_decode(content.lstrip())
    except ValueError:
        return ""
    return "; a document stands there, and something behind it: each of several on a line of its own would be read"


def _is_lines(content: str) -> bool:
    first = next((line for line in content.splitlines() if line.strip()), "")
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return False


def place_of_xml(content: bytes, is_whole: bool = True) -> str | None:
    """`records` of an XML file: the elements that come most often and hold others, several of them side by side.

    Raises ValueError.
    """
    tree = _Elements()
    try:
        tree.parser.Parse(content, is_whole)
    except expat.ExpatError as error:
        raise ValueError(f"is not XML: {error}") from None
    holding = [path for path in tree.counts if path in tree.holding and len(path) > 1]
    several = [path for path in holding if path in tree.repeated]
    # What stands once in each element around it is a part of that, and not a record of its own.
    best = max(several or holding, key=lambda path: (tree.counts[path] if several else 0, -len(path)), default=None)
    return None if best is None else "/" + "/".join(best)


class _Elements:
    """How often each element comes, which hold others or several attributes, and which stand several times in one."""

    def __init__(self) -> None:
        self.counts: Counter[tuple[str, ...]] = Counter()
        self.holding: set[tuple[str, ...]] = set()
        self.repeated: set[tuple[str, ...]] = set()
        self._names: list[str] = []
        self._within: list[set[str]] = [set()]
        self.parser = expat.ParserCreate()
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._begin, self._end

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        name = tag.rpartition(":")[2]
        if self._names:
            self.holding.add(tuple(self._names))
        self._names.append(name)
        path = tuple(self._names)
        self.counts[path] += 1
        if len(attributes) > 1:
            self.holding.add(path)
        if name in self._within[-1]:
            self.repeated.add(path)
        self._within[-1].add(name)
        self._within.append(set())

    def _end(self, _: str) -> None:
        self._names.pop()
        self._within.pop()


def paths_of(record: Json, place: str = "") -> Iterator[tuple[str, Json]]:
    """Every column of a record with its value: `suspect.id`, and `suspects[].id` once for each thing of a list.

    Raises RecursionError.
    """
    if isinstance(record, dict):
        if "#text" in record and place:
            yield place, record["#text"]
        for name, value in record.items():
            if not (name == "#text" and place):
                yield from paths_of(value, f"{place}.{name}" if place else name)
    elif isinstance(record, list) and any(isinstance(item, dict) for item in record):
        for item in record:
            yield from paths_of(item, f"{place}[]")
    elif place:
        yield place, record
