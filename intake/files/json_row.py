"""One JSON object, read so that nothing of it is lost: numbers keep their digits, no name stands twice."""

import json
from collections import Counter
from typing import Any

import msgspec

_decode_fast = msgspec.json.Decoder(dict[str, str | int | float | list[str] | None]).decode


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


def names_once(line: bytes) -> dict[str, Any]:  # Any: JSON
    """What a line that is good JSON says. Raises NoObjectError where a name stands twice in it."""
    try:
        fields = _decode_fast(line)
        if line.count(b'"') == 2 * len(fields) + 2 * _texts(fields):
            return fields
    except (ValueError, RecursionError):
        fields = {}
    # A name that stands twice brings its marks twice; so may what is harmless: it is read once more, and slowly.
    try:
        return read_object(line.decode())
    except NoObjectError:
        raise
    except (ValueError, RecursionError):  # the contract has taken it, and has the last word
        return fields


def _texts(fields: dict[str, Any]) -> int:  # Any: JSON
    texts = 0
    for value in fields.values():
        if type(value) is str:
            texts += 1
        elif type(value) is list:
            texts += len(value)
    return texts


class NoObjectError(ValueError):
    """JSON that says something else than one value for each name."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    names = dict(pairs)
    if len(names) != len(pairs):
        twice = Counter(name for name, _ in pairs).most_common(1)[0][0]
        raise NoObjectError(f"names {twice[:60]!r} twice")
    return names


json_decoder = json.JSONDecoder(parse_float=JsonNumber, parse_constant=NoNumber, object_pairs_hook=_once)
"""Reads a value as `read_object` reads an object."""
