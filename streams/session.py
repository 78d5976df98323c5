"""A worker's standing on the board: which generation it works under, and how to join again."""

import asyncio
import logging
from collections.abc import Callable, Mapping

from models.answers import Full, Leap, Rewind
from models.contribution import Run
from models.errors import NotAllowed, Unavailable
from models.parked import Parked
from runtime.events import Event, happened
from state.position import Position
from state.store import Answer, Applied, Store
from streams.clocks import render_leap
from streams.waits import Wait, WaitReason, Waits

_POLL_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 30.0
"""Between two tries at a store that refuses: only a person mends that."""

log = logging.getLogger(__name__)


class Session:
    """One store under one generation. Lost connections and rewinds end in `join`, never in a retry."""

    def __init__(self, open_store: Callable[[], Store], waits: Waits) -> None:
        self._open_store = open_store
        self._waits = waits
        self._store: Store | None = None
        self._generation = ""
        self._seen = 0
        self.applied = 0
        """How many changes of the board have succeeded."""
        self._left = False
        self._joining = 0
        self._pause_seconds = 0.0
        self._held_up: Wait | None = None

    def leave(self) -> None:
        """Cancels every `join`."""
        self._left = True

    async def join(self) -> Position:
        """Closes the generation known so far, waits until the board is open under another, and joins it."""
        self._joining += 1
        self._note(None)
        try:
            return await self._join()
        finally:
            self._joining -= 1

    async def _join(self) -> Position:
        with self._waits.waiting(WaitReason.BOARD) as wait:
            await asyncio.sleep(self._pause_seconds)  # none but where the store has refused something
            while not self._left:
                try:
                    position = await asyncio.to_thread(self._look)
                except Unavailable as error:
                    self._waits.change(wait, WaitReason.STORE, str(error))
                    self._store = None
                    self._pause_after(error)
                else:
                    self._waits.change(wait, WaitReason.BOARD, _render(position))
                    if position.generation is not None and position.entry is not None:
                        self._generation, self._seen = position.generation, position.entry
                        return position
                await asyncio.sleep(max(_POLL_SECONDS, self._pause_seconds))
        # Nobody listens any more: an error would stand in the log as one that was never retrieved.
        raise asyncio.CancelledError("this worker is ending")

    def _pause_after(self, error: Unavailable) -> None:
        longer = min(max(2 * self._pause_seconds, 1.0), _LONGEST_PAUSE_SECONDS)
        self._pause_seconds = longer if isinstance(error, NotAllowed) else 0.0

    def _look(self) -> Position:
        if self._store is None:
            self._store = self._open_store()
            if self._generation:
                self._store.revoke(self._generation)
        return self._store.position()

    async def founding(self) -> str | None:
        """The document of the board that was joined; None where the board is gone, or the store."""
        store = self._store
        if store is None:
            return None
        try:
            return await asyncio.to_thread(store.founding)
        except Unavailable as error:
            self._lose(store, error)
            return None

    async def is_over(self) -> bool:
        """Whether the joined generation is no longer the board's, or the store is gone; False before and in `join`.

        Raises PreconditionFailed when the board goes by other settings than this worker.
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
        generation = self._generation
        return await self._call(lambda store: store.apply(run, generation, self._seen))

    async def apply(self, run: Run) -> Answer:
        """Applies a run under the joined generation."""
        return await self._change(lambda store, generation: store.apply(run, generation, self._seen))

    async def tick(self, target: int | None) -> Answer:
        """Works off steps that are due up to `target` (microseconds; None: by the clocks)."""
        return await self._change(lambda store, generation: store.tick(generation, self._seen, target))

    async def accept(self, body: str) -> Answer:
        """Journals a person's word on the refusals that the brake stopped."""
        return await self._change(lambda store, generation: store.accept(generation, self._seen, body))

    async def parked(self) -> Mapping[int, Parked] | None:
        """Where the brake has stopped partitions; None where the store does not answer."""
        store = self._store
        if store is None or self._joining:
            return None
        try:
            return (await asyncio.to_thread(store.position)).parked
        except Unavailable as error:
            self._lose(store, error)
            return None

    async def _change(self, change: Callable[[Store, str], Answer]) -> Answer:
        """What it was asked to change is answered for the generation of then: a later one may be a healthy one."""
        generation = self._generation
        answer = await self._call(lambda store: change(store, generation))
        if isinstance(answer, Rewind):
            await self._call(lambda store: _revoke(store, generation))
        return answer

    async def _call(self, change: Callable[[Store], Answer]) -> Answer:
        store = self._store
        if store is None:
            return Rewind("the connection to the store was lost")
        try:
            answer = await asyncio.to_thread(change, store)
        except Unavailable as error:
            self._lose(store, error)
            return Rewind(str(error))
        self._note(answer)
        if isinstance(answer, Applied):
            self._seen = max(self._seen, answer.entry)
            self._pause_seconds = 0.0
            self.applied += 1
        return answer

    def _note(self, answer: Answer | None) -> None:
        """A held-up call is tried again until something else is answered: all of that is one wait."""
        what = _held_up_by(answer)
        if self._held_up is not None and (what is None or self._held_up.what is not what[0]):
            self._waits.end(self._held_up)
            self._held_up = None
        if what is not None and self._held_up is None:
            self._held_up = self._waits.begin(*what)

    def _lose(self, store: Store, error: Unavailable) -> None:
        if self._store is store:  # else another one has been opened since
            log.warning("the store is gone: %s", error, extra=happened(Event.STORE_LOST))
            self._store = None
            self._pause_after(error)


def _held_up_by(answer: Answer | None) -> tuple[WaitReason, str] | None:
    match answer:
        case Full():
            return WaitReason.OUTBOX, "what is applied is not published"
        case Leap():
            return WaitReason.CLOCK, render_leap(answer)
    return None


def _revoke(store: Store, generation: str) -> Rewind:
    store.revoke(generation)
    return Rewind("the generation is closed")


def _render(position: Position) -> str:
    if position.recovering:
        of = "" if position.rebuilding is None else f" of {position.rebuilding.last}"
        return f"a recovery is under way, at entry {position.entry or 0}{of}"
    return "no relay has recovered it since it was closed, or since the store was emptied"
