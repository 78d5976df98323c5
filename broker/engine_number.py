"""Whose journal it is by the engine that made its first entry; that of another one is not touched."""

import json
from contextlib import closing
from hashlib import sha256
from typing import Any

from broker.reader import OpenReader, Reader
from models.canonical import canonical_json
from models.errors import PreconditionFailed
from models.journal.entry import ENGINE_VERSION
from models.topics import JOURNAL


def look_at_engine(journal: Reader) -> None:
    """Looks at a journal's first entry; the reader stands anywhere afterwards.

    What else an entry of another engine holds may be of another shape, so that nothing but its number, its hash and
    the engine is read. Foreign records may lie before it. Raises PreconditionFailed where another engine made it, and
    Unavailable.
    """
    journal.seek(0)
    engines = (_engine_of_first_entry(record.value) for record in journal.read_until(journal.end()))
    engine = next((found for found in engines if found is not None), ENGINE_VERSION)
    if engine != ENGINE_VERSION:
        raise PreconditionFailed(
            f"the journal was written by engine {engine:.16}, this version is engine {ENGINE_VERSION} and would come "
            "to other entries: use the version that wrote it, or begin a board under another HARMWATCH_PREFIX"
        )


def refuse_journal_of_other_engine(open_reader: OpenReader) -> None:
    """The same for an installation's journal."""
    with closing(open_reader(JOURNAL, 0)) as journal:
        look_at_engine(journal)


def _engine_of_first_entry(value: bytes | None) -> str | None:
    """None: this is no journal's first entry, whatever the engine."""
    try:
        content: Any = json.loads(value or b"null")
    except (ValueError, RecursionError):
        return None
    if not isinstance(content, dict) or content.get("entry") != 1 or "engine" not in content:
        return None
    stated = content.pop("hash", None)
    return str(content["engine"]) if stated == sha256(canonical_json(content)).hexdigest() else None
