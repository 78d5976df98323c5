"""`harmwatch replay`: everything computed again, and written as Parquet for analysts."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from audit.export import Export, Limits, check_export, replay_into
from audit.replay import Replay
from cli.progress import Progress
from cli.topics import open_topics
from models.errors import WrongUse
from models.instants import format_instant, parse_instant
from models.topics import JOURNAL, OFFENCES
from runtime.settings import Settings


def replay_installation(settings: Settings, until: str | None, last: int | None, out: Path | None) -> dict[str, Any]:
    """What was replayed. Raises WrongUse, Unproved, StartRefused, Unavailable."""
    limits = _limits(until, last)
    replay = Replay(open_topics(settings, OFFENCES, JOURNAL))
    progress = Progress(replay.inputs.total())
    export: Export | None = None
    for export, entry in _entries(replay, limits, out):
        progress.tell(entry, replay.records)
    return {
        "entry": export.entry if export else 0,
        "as_of": format_instant(export.as_of) if export else None,
        "records": replay.records,
        "transitions": export.transitions if export else 0,
        "out": str(out) if out else None,
        "seconds": round(progress.seconds, 3),
    }


def check_replay(folder: Path) -> dict[str, Any]:
    """The manifest of an earlier replay whose files are whole. Raises WrongUse, Unproved."""
    return {"ok": True, **check_export(folder).model_dump(mode="json")}


def replay_in_words(document: dict[str, Any]) -> str:
    """What was replayed, and where it lies."""
    where = f", written to {document['out']}" if document["out"] else ""
    return (
        f"replayed to entry {document['entry']}, as of {document['as_of']}: {document['records']:,} records, "
        f"{document['transitions']:,} transitions{where} ({document['seconds']} s)"
    )


def check_in_words(document: dict[str, Any]) -> str:
    """The files and their rows."""
    files = ", ".join(f"{file['name']} ({file['rows']:,} rows)" for file in document["files"])
    return f"whole: {files}; board {document['board']} to entry {document['entry']}, as of {document['as_of']}"


def _entries(replay: Replay, limits: Limits, out: Path | None) -> Iterator[tuple[Export, int]]:
    if out is not None:
        yield from replay_into(out, replay, limits)
        return
    export = Export(replay, limits, None)
    for entry in export.run():
        yield export, entry


def _limits(until: str | None, last: int | None) -> Limits:
    if until is not None and last is not None:
        raise WrongUse("--until and --entry both say where to end: give one of them")
    try:
        return Limits(None if until is None else parse_instant(until), last)
    except ValueError as error:
        raise WrongUse(f"--until {until!r} {error}") from error
