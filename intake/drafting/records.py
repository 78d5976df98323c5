"""Where the rows of a JSON document or of an XML file stand, and which columns they have."""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat

Json = Any  # Any: JSON

MOST_COLUMNS = 500


def json_lists(document: Json, place: str = "") -> Iterator[tuple[str, int]]:
    """Every list of objects that can be reached by names alone, and how long it is. Raises RecursionError."""
    if isinstance(document, list) and any(isinstance(item, dict) for item in document):
        yield place, len(document)
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
        raise ValueError(f"is not JSON: {error}") from None
    lists = sorted(json_lists(document), key=lambda pair: -pair[1])
    if not lists:
        return None
    return lists[0][0]


def _is_lines(content: str) -> bool:
    first = next((line for line in content.splitlines() if line.strip()), "")
    try:
        return isinstance(json.loads(first), dict)
    except ValueError:
        return False


def place_of_xml(content: bytes) -> str | None:
    """`records` of an XML file: the elements that come most often and hold others. Raises ValueError."""
    names: list[str] = []
    counts: Counter[tuple[str, ...]] = Counter()
    parents: set[tuple[str, ...]] = set()

    def begin(tag: str, _: dict[str, str]) -> None:
        if names:
            parents.add(tuple(names))
        names.append(tag.rpartition(":")[2])
        counts[tuple(names)] += 1

    def end(_: str) -> None:
        names.pop()

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ValueError(f"is not XML: {error}") from None
    repeated = [(count, len(path), path) for path, count in counts.items() if path in parents and len(path) > 1]
    return "/" + "/".join(max(repeated)[2]) if repeated else None


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
