"""Values as TOML writes them, for mappings that are made."""

import json
from typing import Any

DECIDE = "DECIDE"
"""Marks what a file does not tell."""


def quoted(value: Any) -> str:  # Any: TOML
    """A value in TOML, on one line."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(quoted, value))}]"
    return "".join(
        letter if letter.isprintable() else _escaped(letter) for letter in json.dumps(value, ensure_ascii=False)
    )


def _escaped(letter: str) -> str:
    """A letter that cannot be seen; half of a pair, which TOML has no word for, as the sign of one that is missing."""
    return "\\ufffd" if "\ud800" <= letter <= "\udfff" else f"\\U{ord(letter):08x}"
