"""Two jobs in hand: the later one is on its way to the store while the one before it is settled; in order."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

_Job = TypeVar("_Job")


class Pipeline(Generic[_Job]):
    """Used from one event loop. `put` is the back-pressure: it waits until there is room.

    `propose` may run before its turn, and answers whether that has done the job. `settle` runs in the job's turn, once
    the one before is settled, and is given that answer. The first error of either stops the pipeline, and `failed`
    hears of it. A job that is cancelled cancels those behind it, and `failed` hears nothing: that is how a worker ends
    while it waits for a board.
    """

    def __init__(
        self,
        propose: Callable[[_Job], Awaitable[bool]],
        settle: Callable[[_Job, bool], Awaitable[None]],
        failed: Callable[[Exception], None],
    ) -> None:
        self._propose = propose
        self._settle = settle
        self._failed = failed
        self._stopped = False
        self._earlier: asyncio.Task[None] | None = None
        self._latest: asyncio.Task[None] | None = None

    async def put(self, job: _Job) -> None:
        """Takes a job in hand, as soon as at most one other is."""
        if self._earlier is not None:
            await asyncio.wait({self._earlier})
        self._earlier, self._latest = self._latest, asyncio.create_task(self._work(job, self._latest))

    async def _work(self, job: _Job, before: asyncio.Task[None] | None) -> None:
        try:
            done = not self._stopped and await self._propose(job)
            if before is not None:
                await before
            if not self._stopped:  # else the job before is not done, or the worker fails for another reason
                await self._settle(job, done)
        except Exception as error:
            self.stop()
            self._failed(error)

    def stop(self) -> None:
        """Proposes and settles nothing more; what is being settled goes on."""
        self._stopped = True

    async def finish(self, seconds: float) -> None:
        """Returns once nothing is in hand, or after so many seconds; raises nothing."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while self._latest and not self._latest.done() and (left := until - loop.time()) > 0:
            await asyncio.wait({self._latest}, timeout=left)  # there may be a later one by then
