"""A worker's standing on the board: which generation it works under, and how to join again."""

import asyncio
import logging
from collections.abc import Callable

from models.answers import Rewind
from models.contribution import Run
from models.errors import Unavailable
from state.position import Position
from state.store import Answer, Applied, Store

_LOOK_AGAIN_SECONDS = 0.1
log = logging.getLogger(__name__)


class Session:
    """One store under one generation. Lost connections and rewinds end in `join`, never in a retry."""

    def __init__(self, open_store: Callable[[], Store]) -> None:
        self._open_store = open_store
        self._store: Store | None = None
        self._generation = ""
        self._seen = 0
        self._left = False
        self._joining = 0

    def leave(self) -> None:
        """Cancels every `join`."""
        self._left = True

    async def join(self) -> Position:
        """Closes the generation known so far, waits until the board is open under another, and joins it."""
        self._joining += 1
        try:
            return await self._join()
        finally:
            self._joining -= 1

    async def _join(self) -> Position:
        while not self._left:
            try:
                position = await asyncio.to_thread(self._look)
            except Unavailable as error:
                log.warning("waiting for the store: %s", error)
                self._store = None
            else:
                if position.generation is not None and position.entry is not None:
                    self._generation, self._seen = position.generation, position.entry
                    return position
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        # Nobody listens any more: an error would stand in the log as one that was never retrieved.
        raise asyncio.CancelledError("this worker is ending")

    def _look(self) -> Position:
        if self._store is None:
            self._store = self._open_store()
            if self._generation:
                self._store.revoke(self._generation)
        return self._store.position()

    async def is_over(self) -> bool:
        """Whether the joined generation is no longer the board's, or the store is gone; False before and in `join`.

        Raises StartRefused when the board goes by other settings than this worker.
        """
        joined, store = self._generation, self._store
        if not joined or self._joining:
            return False
        if store is None:
            return True
        try:
            generation = await asyncio.to_thread(store.generation)
        except Unavailable as error:
            self._lose(store, error)
            return True
        return joined == self._generation and not self._joining and generation != joined

    async def propose(self, run: Run) -> Answer:
        """Sends a run that may come before its turn: a rewind means nothing yet."""
        return await self._call(lambda store: store.apply(run, self._generation, self._seen))

    async def apply(self, run: Run) -> Answer:
        """Applies a run under the joined generation."""
        return await self._change(lambda store: store.apply(run, self._generation, self._seen))

    async def tick(self, target: int | None) -> Answer:
        """Works off steps that are due up to `target` (microseconds; None: the store's clock)."""
        return await self._change(lambda store: store.tick(self._generation, self._seen, target))

    async def accept(self, body: str) -> Answer:
        """Journals a person's word on the refusals that the brake stopped."""
        return await self._change(lambda store: store.accept(self._generation, self._seen, body))

    async def _change(self, change: Callable[[Store], Answer]) -> Answer:
        answer = await self._call(change)
        if isinstance(answer, Rewind):
            await self._call(self._revoke)
        return answer

    def _revoke(self, store: Store) -> Rewind:
        store.revoke(self._generation)
        return Rewind("the generation is closed")

    async def _call(self, change: Callable[[Store], Answer]) -> Answer:
        store = self._store
        if store is None:
            return Rewind("the connection to the store was lost")
        try:
            answer = await asyncio.to_thread(change, store)
        except Unavailable as error:
            self._lose(store, error)
            return Rewind(str(error))
        if isinstance(answer, Applied):
            self._seen = max(self._seen, answer.entry)
        return answer

    def _lose(self, store: Store, error: Unavailable) -> None:
        log.warning("the store is gone: %s", error)
        if self._store is store:  # else another one has been opened since
            self._store = None
