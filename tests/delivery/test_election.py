"""The election goes on, whatever goes wrong in its thread."""

import asyncio
import threading

import pytest

from broker.security import Brokers
from delivery.election import Election


def test_an_error_that_nobody_expected_does_not_end_the_election(caplog: pytest.LogCaptureFixture) -> None:
    """Its thread would be dead, and the process would stand by for ever."""

    async def test() -> None:
        election = Election(Brokers(["127.0.0.1:no-port"]), "deliveries.v1", "harmwatch-deliver", 6)
        thread = threading.Thread(target=election.run, daemon=True)
        thread.start()
        async with asyncio.timeout(60):
            while "no election" not in caplog.text:
                await asyncio.sleep(0.01)
        assert thread.is_alive()
        election.end()
        await asyncio.to_thread(thread.join, 5)
        assert not thread.is_alive()

    asyncio.run(test())
    assert "ValueError" in caplog.text
