"""One request to a real server, and what came of it."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from delivery.outcome import Cause, Outcome
from delivery.secrets import Secrets
from delivery.sinks.webhook import Webhook
from tests.delivery.subscribed import some_terms

BODY = '{"data":{"name":"é\\r\\n\\u0000"}}'.encode()


def run(test: Callable[[], Awaitable[None]]) -> None:
    async def within_a_minute() -> None:
        async with asyncio.timeout(60):
            await test()

    asyncio.run(within_a_minute())


async def sent(secrets: Secrets, url: str, **terms: Any) -> Outcome:
    hook = Webhook(some_terms(url=url, **terms), secrets)
    try:
        return await hook.send("v100:17", BODY)
    finally:
        await hook.close()


async def expect(secrets: Secrets, url: str, cause: Cause, **terms: Any) -> None:
    assert (await sent(secrets, url, **terms)).cause is cause
