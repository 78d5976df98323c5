"""`harmwatch replay`: everything computed again, and written as Parquet for analysts."""

from contextlib import nullcontext
from pathlib import Path
from typing import Literal

import click

from audit.replay.inputs import count_inputs
from audit.replay.replay import Replay
from audit.replay.run_prefetcher import work_ahead
from cli.instant_option import instant_option
from cli.output import json_option, show
from cli.paths import FOLDER
from cli.progress import Progress
from cli.topics import open_topics
from models.errors import WrongUse
from models.instants import format_instant
from models.topics import JOURNAL, OFFENCES
from runtime.settings import Settings, load_settings
from sight.document import Document


class ReplayDocument(Document):
    """What was replayed, and where it was written to."""

    entry: int
    as_of: str
    records: int
    transitions: int
    out: str | None
    seconds: float


class FileDocument(Document):
    """One file of a replay."""

    name: str
    rows: int
    bytes: int
    sha256: str


class CheckedReplay(Document):
    """An earlier replay whose files are whole, for `--check`."""

    ok: Literal[True]
    format: str
    board: str
    entry: int
    as_of: str
    head: str
    files: tuple[FileDocument, ...]


DOCUMENT = ReplayDocument | CheckedReplay


@click.command()
@click.option("--until", help="End with what had happened at this instant or by the end of this date.")
@click.option("--entry", "last", type=click.IntRange(1), help="End after this entry of the journal.")
@click.option("--out", type=FOLDER, help="Write Parquet files to this new folder.")
@click.option("--check", type=FOLDER, help="Only say whether the files of an earlier replay are whole.")
@json_option
def command(until: str | None, last: int | None, out: Path | None, check: Path | None, as_json: bool) -> None:
    """Computes everything again from Kafka alone, for analysts."""
    if check is not None:
        if until or last or out:
            raise click.UsageError("--check stands alone")
        show(check_replay(check), as_json, render_check)
        return
    show(replay_installation(load_settings(), until, last, out), as_json, render_replay)


def replay_installation(settings: Settings, until: str | None, last: int | None, out: Path | None) -> ReplayDocument:
    """What was replayed. Raises WrongUse, Unproved, PreconditionFailed, Unavailable."""
    from audit.export.export import Export, Limits  # noqa: PLC0415  (pyarrow is an optional extra)
    from audit.export.folder import ExportFolder  # noqa: PLC0415  (the same)

    limits = Limits(_end(until, last), last)
    open_reader = open_topics(settings, OFFENCES, JOURNAL)
    total = count_inputs(open_reader)
    replay = Replay(open_reader, work_ahead(open_reader, total))
    progress = Progress(total)
    folder = None if out is None else ExportFolder(out)
    with folder or nullcontext():
        exported = Export(replay, limits, None if folder is None else folder.tables).run(progress.tell)
        if folder is not None:
            folder.finish(exported)
    return ReplayDocument(
        entry=exported.entry,
        as_of=format_instant(exported.as_of),
        records=exported.records,
        transitions=exported.transitions,
        out=str(out) if out else None,
        seconds=round(progress.seconds, 3),
    )


def check_replay(folder: Path) -> CheckedReplay:
    """The manifest of an earlier replay whose files are whole. Raises WrongUse, Unproved."""
    from audit.export.folder import check_export  # noqa: PLC0415  (pyarrow is an optional extra)

    manifest = dict(check_export(folder))
    files = tuple(FileDocument(**dict(file)) for file in manifest.pop("files"))
    return CheckedReplay(ok=True, **manifest, files=files)


def render_replay(document: ReplayDocument) -> str:
    """What was replayed, and where it lies."""
    where = f", written to {document.out}" if document.out else ""
    return (
        f"replayed to entry {document.entry}, as of {document.as_of}: {document.records:,} records, "
        f"{document.transitions:,} transitions{where} ({document.seconds} s)"
    )


def render_check(document: CheckedReplay) -> str:
    """The files and their rows."""
    files = ", ".join(f"{file.name} ({file.rows:,} rows)" for file in document.files)
    return f"whole: {files}; board {document.board} to entry {document.entry}, as of {document.as_of}"


def _end(until: str | None, last: int | None) -> int | None:
    """`--until` in microseconds. Raises WrongUse, also where `--entry` names another end."""
    if until is not None and last is not None:
        raise WrongUse("--until and --entry both say where to end: give one of them")
    return None if until is None else instant_option("--until", until, ends_day=True)
