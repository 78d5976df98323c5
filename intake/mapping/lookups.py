"""Tables that stand in a second file: `lookup` becomes the `table` of its rule."""

import csv
import io
from pathlib import Path
from typing import Any

from models.errors import WrongUse

Toml = Any  # Any: TOML, before it was checked

_KEYS = frozenset({"file", "from", "to", "delimiter", "encoding"})


def with_lookups(document: Toml, folder: Path) -> Toml:
    """A mapping with each lookup as a table; a file's name is meant from `folder`. Raises WrongUse."""
    if isinstance(document, list):
        return [with_lookups(part, folder) for part in document]
    if not isinstance(document, dict):
        return document
    rule = {key: with_lookups(part, folder) for key, part in document.items()}
    lookup = rule.get("lookup")
    if isinstance(lookup, dict) and {"file", "from", "to"} <= lookup.keys() <= _KEYS:
        del rule["lookup"]
        rule["table"] = _table(folder, {key: str(part) for key, part in lookup.items()}) | rule.get("table", {})
    return rule


def _table(folder: Path, document: dict[str, str]) -> dict[str, str]:
    path, from_, to_ = folder / document["file"], document["from"], document["to"]
    delimiter, encoding = document.get("delimiter", ","), document.get("encoding", "utf-8-sig")
    try:
        text = path.read_bytes().decode(encoding)
        rows = csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        missing = {from_, to_} - set(rows.fieldnames or ())
        if missing:
            there = ", ".join(map(repr, rows.fieldnames or ()))
            raise WrongUse(f"lookup {path} has no column {', '.join(map(repr, sorted(missing)))}; it has {there}")
        return _pairs(path, rows, from_, to_)
    except OSError as error:
        raise WrongUse(f"lookup {path} cannot be read: {error.strerror}") from None
    except (ValueError, LookupError, TypeError, csv.Error) as error:
        raise WrongUse(f"lookup {path} is not CSV in {encoding}: {error}") from None


def _pairs(path: Path, rows: "csv.DictReader[str]", from_: str, to_: str) -> dict[str, str]:
    table: dict[str, str] = {}
    for row in rows:
        before, after = (row[from_] or "").strip(), (row[to_] or "").strip()
        if before and after and table.setdefault(before, after) != after:
            raise WrongUse(f"lookup {path}:{rows.line_num}: {before!r} stands for {table[before]!r} already")
    return table
