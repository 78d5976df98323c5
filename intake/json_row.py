"""One JSON object, read so that nothing of it is lost: numbers keep their digits, no name stands twice."""

import json
from collections import Counter
from typing import Any


class JsonNumber(str):
    """A number with a fraction or an exponent, as it was written."""

    __slots__ = ()


class NoNumber(str):
    """NaN, Infinity or -Infinity, which some programs write and JSON does not have."""

    __slots__ = ()


def read_object(text: str) -> dict[str, Any]:  # Any: JSON
    """The object. Raises ValueError or RecursionError with what is wrong."""
    value = json.loads(text, parse_float=JsonNumber, parse_constant=NoNumber, object_pairs_hook=_once)
    if not isinstance(value, dict):
        raise NoObjectError("is not a JSON object")
    return value


class NoObjectError(ValueError):
    """JSON that says something else than one value for each name."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise NoObjectError(f"names {twice[:60]!r} twice")
    return names
