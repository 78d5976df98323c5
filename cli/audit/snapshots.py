"""The board as it was known at an instant, from snapshots where they tell of it; what becomes of damaged ones."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from audit.history.history_replay import HistoryReplay
from audit.snapshots.snapshots import Snapshots
from broker.reader import OpenReader
from cli.output import say
from models.board import BoardRow, OffenderView
from models.cache_folder import cache_folder
from models.errors import Damaged, PreconditionFailed
from models.instants import Micros

Answer = TypeVar("Answer")


class KnownBoard(Protocol):
    """What both the reference engine and the snapshots say of a board at an instant."""

    def board(self, top: int, /) -> list[BoardRow]:
        """So many of the ranking."""

    def offender(self, offender_id: str, /) -> OffenderView:
        """One person with every offence known of them."""


def ask_then(open_reader: OpenReader, at: Micros, question: Callable[[str, KnownBoard], Answer]) -> Answer:
    """The answer of a board, by its name, as known at `at` (microseconds); a damaged file is deleted and done without.

    Raises Unproved outside of history, Unavailable.
    """
    snapshots = snapshots_of(open_reader)
    try:
        with snapshots.board_at(at) as then:
            if then is not None and snapshots.first is not None:
                return question(snapshots.first.board, then)
    except Damaged as error:
        give_up(snapshots, error)
    except PreconditionFailed as error:
        say(f"{error}: the snapshots are not used")
    past = HistoryReplay(open_reader)
    engine = past.as_of(at)
    return question(past.founding.board, engine)


def snapshots_of(open_reader: OpenReader) -> Snapshots:
    """Those of one installation on this machine."""
    return Snapshots(open_reader, cache_folder() / "snapshots")


def give_up(snapshots: Snapshots, error: Damaged) -> None:
    """Deletes a file that is damaged, and says so."""
    snapshots.remove()
    say(f"{error}: the snapshots are not used and were deleted; `harmwatch snapshots build` makes new ones")
