"""`harmwatch snapshots build`."""

import click

from audit.replay.inputs import count_inputs
from audit.replay.run_prefetcher import work_ahead
from audit.snapshots.file import SnapshotFile
from audit.snapshots.snapshots import Snapshots
from broker.reader import OpenReader
from cli.audit.snapshots import give_up, snapshots_of
from cli.output import json_option, show
from cli.progress import Progress
from cli.topics import open_topics
from models.errors import Damaged, PreconditionFailed, Unproved
from models.topics import JOURNAL, OFFENCES
from runtime.settings import Settings, load_settings
from sight.document import Document


class SnapshotsDocument(Document):
    """How many snapshots there are, and where; how many were built now, from how many records."""

    path: str
    snapshots: int
    built: int
    records: int
    seconds: float


DOCUMENT = SnapshotsDocument


@click.command()
@click.option(
    "--every",
    type=click.IntRange(100),
    default=10_000,
    show_default=True,
    help="Units of work (entries, records, step ends) between two.",
)
@json_option
def command(every: int, as_json: bool) -> None:
    """Computes history once and keeps what the board was now and then; goes on where it ended."""
    show(build_snapshots(load_settings(), every), as_json, render_build)


def build_snapshots(settings: Settings, every: int) -> SnapshotsDocument:
    """What was built. Raises PreconditionFailed where nothing can be written there, Unproved, Unavailable."""
    open_reader = open_topics(settings, OFFENCES, JOURNAL)
    snapshots = snapshots_of(open_reader)
    if snapshots.first is None:
        raise Unproved("the journal is empty: there is nothing to take snapshots of")
    try:
        snapshots.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        snapshots.remove_outdated()
    except OSError as error:
        raise PreconditionFailed(f"{snapshots.path.parent} cannot be written: {error.strerror}") from error
    try:
        return _build(open_reader, snapshots, every)
    except Damaged as error:
        give_up(snapshots, error)
    return _build(open_reader, snapshots, every)


def _build(open_reader: OpenReader, snapshots: Snapshots, every: int) -> SnapshotsDocument:
    with SnapshotFile(snapshots.path) as file:
        builder, total = snapshots.builder(file, every), count_inputs(open_reader)
        progress, replay = Progress(total), builder.replay
        if replay.engine is None:
            replay.ahead = work_ahead(open_reader, total)
        for entry in builder.run():
            progress.tell(entry, replay.records)
        return SnapshotsDocument(
            path=str(snapshots.path),
            snapshots=file.count(),
            built=builder.built,
            records=replay.records,
            seconds=round(progress.seconds, 3),
        )


def render_build(document: SnapshotsDocument) -> str:
    """How many there are, and where."""
    return (
        f"{document.built} snapshots built from {document.records:,} records in {document.seconds} s, "
        f"{document.snapshots} in all: {document.path} (it may be deleted at any time)"
    )
