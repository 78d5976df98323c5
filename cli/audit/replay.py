"""`harmwatch replay`: everything computed again, and written as Parquet for analysts."""

from contextlib import nullcontext
from pathlib import Path
from typing import Any

from audit.export.export import Export, Limits
from audit.export.folder import ExportFolder, check_export
from audit.replay.inputs import count_inputs
from audit.replay.replay import Replay
from audit.replay.run_prefetcher import work_ahead
from cli.progress import Progress
from cli.topics import open_topics
from models.errors import WrongUse
from models.instants import format_instant, parse_instant
from models.topics import JOURNAL, OFFENCES
from runtime.settings import Settings


def replay_installation(settings: Settings, until: str | None, last: int | None, out: Path | None) -> dict[str, Any]:
    """What was replayed. Raises WrongUse, Unproved, PreconditionFailed, Unavailable."""
    limits = _limits(until, last)
    open_reader = open_topics(settings, OFFENCES, JOURNAL)
    total = count_inputs(open_reader)
    replay = Replay(open_reader, work_ahead(open_reader, total))
    progress = Progress(total)
    folder = None if out is None else ExportFolder(out)
    export = Export(replay, limits, None if folder is None else folder.tables)
    with folder or nullcontext():
        for entry in export.run():
            progress.tell(entry, replay.records)
        if folder is not None:
            folder.finish(export)
    return {
        "entry": export.entry,
        "as_of": format_instant(export.as_of),
        "records": replay.records,
        "transitions": export.transitions,
        "out": str(out) if out else None,
        "seconds": round(progress.seconds, 3),
    }


def check_replay(folder: Path) -> dict[str, Any]:
    """The manifest of an earlier replay whose files are whole. Raises WrongUse, Unproved."""
    return {"ok": True, **check_export(folder).model_dump(mode="json")}


def render_replay(document: dict[str, Any]) -> str:
    """What was replayed, and where it lies."""
    where = f", written to {document['out']}" if document["out"] else ""
    return (
        f"replayed to entry {document['entry']}, as of {document['as_of']}: {document['records']:,} records, "
        f"{document['transitions']:,} transitions{where} ({document['seconds']} s)"
    )


def render_check(document: dict[str, Any]) -> str:
    """The files and their rows."""
    files = ", ".join(f"{file['name']} ({file['rows']:,} rows)" for file in document["files"])
    return f"whole: {files}; board {document['board']} to entry {document['entry']}, as of {document['as_of']}"


def _limits(until: str | None, last: int | None) -> Limits:
    if until is not None and last is not None:
        raise WrongUse("--until and --entry both say where to end: give one of them")
    try:
        return Limits(None if until is None else parse_instant(until), last)
    except ValueError as error:
        raise WrongUse(f"--until {until!r} {error}") from error
