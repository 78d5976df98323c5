"""`harmwatch snapshots build`, and the past that begins at a snapshot."""

from collections.abc import Callable
from typing import Any, TypeVar

from audit.history.past import Past
from audit.replay.inputs import count_inputs
from audit.replay.run_prefetcher import work_ahead
from audit.snapshots.builder import SnapshotBuilder
from audit.snapshots.file import SnapshotFile
from audit.snapshots.snapshots import Snapshots
from broker.reader import OpenReader
from cli.output import say
from cli.progress import Progress
from cli.topics import open_topics
from models.cache_folder import cache_folder
from models.errors import Damaged, PreconditionFailed, Unproved
from models.topics import JOURNAL, OFFENCES
from runtime.settings import Settings

Answer = TypeVar("Answer")


def ask_past(open_reader: OpenReader, at: int, question: Callable[[Past], Answer], first: int | None = None) -> Answer:
    """The answer of a past that may begin at a snapshot up to `at`; a damaged file is deleted and done without.

    `first`: the question is about so many ranks and the members of the band alone (None: about anybody).
    """
    snapshots = _snapshots(open_reader)
    try:
        if first is not None:
            with snapshots.past_at(at, first) as past:
                answer = question(past)
                if past.engine().holds(first):
                    return answer
        with snapshots.past_at(at) as past:
            return question(past)
    except Damaged as error:
        _give_up(snapshots, error)
    except PreconditionFailed as error:
        say(f"{error}: the snapshots are not used")
    return question(Past(open_reader))


def build_snapshots(settings: Settings, every: int) -> dict[str, Any]:
    """What was built. Raises PreconditionFailed where nothing can be written there, Unproved, Unavailable."""
    open_reader = open_topics(settings, OFFENCES, JOURNAL)
    snapshots = _snapshots(open_reader)
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
        _give_up(snapshots, error)
    return _build(open_reader, snapshots, every)


def _build(open_reader: OpenReader, snapshots: Snapshots, every: int) -> dict[str, Any]:
    with SnapshotFile(snapshots.path) as file:
        replay = snapshots.resumed(file, None).replay
        total = count_inputs(open_reader)
        if replay.engine is None:
            replay.ahead = work_ahead(open_reader, total)
        progress, builder, entry = Progress(total), SnapshotBuilder(file, replay, every), None
        for entry in builder.run():
            progress.tell(entry, replay.records)
        return {
            "path": str(snapshots.path),
            "snapshots": file.count(),
            "built": builder.built,
            "records": replay.records,
            "seconds": round(progress.seconds, 3),
        }


def render_build(document: dict[str, Any]) -> str:
    """How many there are, and where."""
    return (
        f"{document['built']} snapshots built from {document['records']:,} records in {document['seconds']} s, "
        f"{document['snapshots']} in all: {document['path']} (it may be deleted at any time)"
    )


def _snapshots(open_reader: OpenReader) -> Snapshots:
    return Snapshots(open_reader, cache_folder() / "snapshots")


def _give_up(snapshots: Snapshots, error: Damaged) -> None:
    snapshots.remove()
    say(f"{error}: the snapshots are not used and were deleted; `harmwatch snapshots build` makes them anew")
