"""In what two policies differ, key by key and code by code."""

from dataclasses import dataclass
from typing import Any

from models.policy import Policy


@dataclass(frozen=True, slots=True)
class ChangedValue:
    """One key or code with its two values; None where one of the policies has none."""

    name: str
    a: Any  # any JSON value of a policy's document
    b: Any


def differing_keys(a: Policy, b: Policy) -> list[ChangedValue]:
    """Everything but the index."""
    ours, theirs = (dict(_flat("", _without_index(policy))) for policy in (a, b))
    return _changed(ours, theirs)


def differing_codes(a: Policy, b: Policy) -> list[ChangedValue]:
    """The codes of the index whose millidays differ, or which only one of them has."""
    return _changed(dict(a.index), dict(b.index))


def _changed(ours: dict[str, Any], theirs: dict[str, Any]) -> list[ChangedValue]:
    names = sorted(ours.keys() | theirs.keys())
    return [
        ChangedValue(name, ours.get(name), theirs.get(name)) for name in names if ours.get(name) != theirs.get(name)
    ]


def _without_index(policy: Policy) -> dict[str, Any]:
    return {key: value for key, value in policy.document().items() if key != "index"}


def _flat(prefix: str, value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        return [(prefix, value)]
    return [
        pair for key, inner in value.items() for pair in _flat(f"{prefix}.{key}" if prefix else key, inner)
    ]  # fmt: skip
