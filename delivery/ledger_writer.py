"""The writer of the ledger: what all subscriptions write meanwhile goes into one transaction, one after the other."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from delivery.ledger import Ledger, Page
from delivery.writer import Writer


class LedgerWriter:
    """Nothing that is written can be taken back; `ledger` knows of it when Kafka does.

    Where a transaction fails, `run` raises, and so does whoever waits: this process is out of office.
    """

    def __init__(self, writer: Writer, ledger: Ledger) -> None:
        self._writer, self._ledger = writer, ledger
        self._waiting: asyncio.Queue[tuple[Page | None, asyncio.Future[None]]] = asyncio.Queue()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="ledger")

    async def write(self, page: Page) -> None:
        """Returns when Kafka has it. Raises Unavailable."""
        if page.values:
            await self._ask(page)

    async def prove(self) -> None:
        """Returns when it is sure that this process was in office a moment ago. Raises Unavailable."""
        await self._ask(None)

    async def run(self) -> None:
        """Writes until it is cancelled. Raises Unavailable."""
        loop = asyncio.get_running_loop()
        while True:
            asked = [await self._waiting.get()]
            while not self._waiting.empty():
                asked.append(self._waiting.get_nowait())
            try:
                await loop.run_in_executor(self._thread, self._commit, [page for page, _ in asked if page is not None])
            except Exception as error:
                for _, future in asked:
                    if not future.done():
                        future.set_exception(error)
                raise
            for page, future in asked:
                if page is not None and page.line is not None:
                    self._ledger.lines[page.subscription] = page.line
                if not future.done():
                    future.set_result(None)

    def close(self) -> None:
        """Ends its connections, in the background: Kafka may be away."""
        self._thread.submit(self._writer.close)
        self._thread.shutdown(wait=False)

    def _commit(self, pages: list[Page]) -> None:
        if pages:
            self._writer.write([(page.key, value) for page in pages for value in page.values])
        else:
            self._writer.prove()

    async def _ask(self, page: Page | None) -> None:
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.put_nowait((page, future))
        await future
