"""A value of a policy's document in words: a reader of policies knows days and percents, and no brackets."""

from pydantic import JsonValue

from sight.printable import printable

_NOTHING = "none"
_EVERYTHING = {"scope.codes": "all"}
"""Lists that leave nothing out where they are empty."""


def value_text(name: str, value: JsonValue, nothing: str = _NOTHING) -> str:
    """The value of a key; `nothing`: the word for one that a policy has not."""
    if value is None:
        return nothing
    if not isinstance(value, list):
        return printable(str(value))
    return ", ".join(map(_part, value)) or _EVERYTHING.get(name, _NOTHING)


def _part(value: JsonValue) -> str:
    if isinstance(value, dict):
        return f"{value['percent']} % until day {value['until_days']}"
    return printable(str(value))
