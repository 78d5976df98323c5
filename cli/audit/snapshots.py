"""The past that begins at a snapshot, and what becomes of a damaged one."""

from collections.abc import Callable
from typing import TypeVar

from audit.history.history_replay import HistoryReplay
from audit.snapshots.snapshots import Snapshots
from broker.reader import OpenReader
from cli.output import say
from models.cache_folder import cache_folder
from models.errors import Damaged, PreconditionFailed
from models.instants import Micros

Answer = TypeVar("Answer")


def ask_past(
    open_reader: OpenReader, at: Micros, question: Callable[[HistoryReplay], Answer], first: int | None = None
) -> Answer:
    """The answer of a past that may begin at a snapshot up to `at`; a damaged file is deleted and done without.

    `first`: the question is about so many ranks and the members of the band alone (None: about anybody).
    """
    snapshots = snapshots_of(open_reader)
    try:
        if first is not None:
            with snapshots.past_at(at, first) as past:
                answer = question(past)
                if past.engine().holds(first):
                    return answer
        with snapshots.past_at(at) as past:
            return question(past)
    except Damaged as error:
        give_up(snapshots, error)
    except PreconditionFailed as error:
        say(f"{error}: the snapshots are not used")
    return question(HistoryReplay(open_reader))


def snapshots_of(open_reader: OpenReader) -> Snapshots:
    """Those of one installation on this machine."""
    return Snapshots(open_reader, cache_folder() / "snapshots")


def give_up(snapshots: Snapshots, error: Damaged) -> None:
    """Deletes a file that is damaged, and says so."""
    snapshots.remove()
    say(f"{error}: the snapshots are not used and were deleted; `harmwatch snapshots build` makes new ones")
