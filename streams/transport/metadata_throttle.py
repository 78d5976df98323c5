"""aiokafka refreshes metadata in a busy loop while a partition has no leader; this puts a pause into the loop."""

import asyncio
import time
from typing import Any

from aiokafka.client import AIOKafkaClient

PAUSE_SECONDS = 0.1


def throttle_metadata_refresh(client: AIOKafkaClient) -> None:
    """From here on the client waits between two questions; the first is asked at once.

    Without that it takes a whole core, and the brokers' time, for as long as a partition has no leader.
    """
    ask, next_at = client._metadata_update, 0.0

    async def ask_later(*arguments: Any) -> Any:  # Any: aiokafka's, and untyped
        nonlocal next_at
        await asyncio.sleep(next_at - time.monotonic())
        try:
            return await ask(*arguments)
        finally:
            next_at = time.monotonic() + PAUSE_SECONDS

    client._metadata_update = ask_later
