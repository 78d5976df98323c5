"""The live board for `harmwatch verify --redis`: read before the replay begins, once its entries are published."""

import time
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from audit.verify.live_board import LiveBoard, PackedSlice, pack_slice
from broker.journal import Journal, open_journal
from broker.open_transactions import OURS_IS_OVER_SECONDS
from broker.reader import OpenReader
from cli.output import say
from models.board import BoardHead
from runtime.installation import open_store
from runtime.settings import Settings
from state.keys import Keys
from state.slices import read_slices
from state.store import Store

PATIENCE_SECONDS = 30.0
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class _Obstacle:
    """Why a board cannot be held against the journal now; `is_wrong`: it stays so until a person acts."""

    text: str
    is_wrong: bool = False


def read_live_board(settings: Settings, open_reader: OpenReader) -> LiveBoard:
    """The board as it was read, with the entries at which it was; after a time what is in the way. Raises Unavailable.

    An entry of the store is the journal's once it is published, and no recovery has come in between.
    """
    with closing(open_store(settings)) as store, open_journal(open_reader) as journal:
        return _Look(store, Keys(settings.prefix, settings.board), journal).read()


class _Look:
    def __init__(self, store: Store, keys: Keys, journal: Journal) -> None:
        self._store, self._keys, self._journal = store, keys, journal
        self._until = time.monotonic() + PATIENCE_SECONDS
        self._say_at = time.monotonic() + OURS_IS_OVER_SECONDS

    def read(self) -> LiveBoard:
        while True:
            published, slices, heads = self._published(), list[PackedSlice](), list[BoardHead]()
            for piece in read_slices(self._store.client, self._keys):
                packed = pack_slice(piece)
                slices += [] if packed is None else [packed]
                heads.append(piece.head)
            obstacle = _amiss(heads, published) or self._await_entries(heads)
            if obstacle is None:
                return LiveBoard(tuple(slices))
            if not self._has_patience(obstacle):
                return LiveBoard(fault=obstacle.text) if obstacle.is_wrong else LiveBoard(held_back=obstacle.text)

    def _await_entries(self, heads: Sequence[BoardHead]) -> _Obstacle | None:
        """None: all of them are published."""
        wanted = max(head.entry or 0 for head in heads)
        while (published := self._published()) < wanted:
            obstacle = _not_yet(f"it stands at entry {wanted}, and journal.v1 ends at entry {published} so far")
            if not self._is_still(heads) or not self._has_patience(obstacle):
                return obstacle
        return None if self._is_still(heads) else _not_yet("it was recovered while it was read")

    def _is_still(self, heads: Sequence[BoardHead]) -> bool:
        """Whether every part of it was read under the generation that is open now."""
        generation = self._store.position().generation
        return all(head.entry is None or head.generation == generation for head in heads)

    def _has_patience(self, obstacle: _Obstacle) -> bool:
        """Waits a moment; False when there has been enough of it."""
        now = time.monotonic()
        if now >= self._say_at:
            say(f"waiting: {obstacle.text}")
            self._say_at = self._until
        time.sleep(_POLL_SECONDS)
        return now < self._until

    def _published(self) -> int:
        entry = self._journal.last()
        return 0 if entry is None else entry.entry


def _amiss(heads: Sequence[BoardHead], published: int) -> _Obstacle | None:
    """What is wrong with a board that was read after the journal held so many entries."""
    if any(head.recovering for head in heads):
        return _not_yet("it is being recovered")
    lowest = min(head.entry or 0 for head in heads)
    if lowest >= published:
        return None
    where = f"stands at entry {lowest}" if lowest else "is not there"
    return _Obstacle(f"live board: it {where}, and the journal goes to entry {published}: Redis lost something", True)


def _not_yet(why: str) -> _Obstacle:
    return _Obstacle(f"the live board cannot be judged yet: {why}")
