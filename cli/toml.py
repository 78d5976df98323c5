"""Values as TOML writes them, for mappings that are made."""

import json
from typing import Any

DECIDE = "DECIDE"
"""Marks what a file does not tell."""


def quoted(value: Any) -> str:  # Any: TOML
    """A value in TOML, on one line."""
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(quoted, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f").replace("\x85", "\\u0085")
