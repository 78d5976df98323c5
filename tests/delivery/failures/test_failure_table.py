"""Every kind of failure holds its own subscription alone, is said, loses nothing, and is over when it is mended."""

import asyncio
import socket
import ssl
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from models.delivery.record import Accepted, Stalled
from tests.delivery.delivering import Delivering
from tests.delivery.facts import facts_of
from tests.delivery.receiver import Answer, Answering, Receiver
from tests.delivery.test_delivery import assert_receipts, in_process, numbers
from tests.secure.certificates import Authority

pytestmark = pytest.mark.stack
LAST = 3
LATER_SECONDS = 2


async def drop(request: web.Request) -> int:
    assert request.transport is not None
    request.transport.abort()
    return 599


async def hang(request: web.Request) -> int:
    while request.transport is not None and not request.transport.is_closing():
        await asyncio.sleep(0.05)
    return 599


async def miss(_: web.Request) -> web.Response:
    return web.json_response({"expected": 7}, status=409)


async def later(_: web.Request) -> web.Response:
    return web.Response(status=503, headers={"Retry-After": str(LATER_SECONDS)})


async def redirect(request: web.Request) -> web.Response:
    return web.Response(status=307, headers={"Location": str(request.url.with_path("/else"))})


async def flood(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(status=500, headers={"Content-Encoding": "gzip"})
    await response.prepare(request)
    with suppress(ConnectionError):
        while request.transport is not None and not request.transport.is_closing():
            await response.write(bytes(65_536))
    return response


@dataclass
class Row:
    """How a receiver fails, and what stands in the ledger then."""

    answer: Answer | Answering
    cause: str
    status: int | None
    receiver: Receiver = field(default_factory=Receiver)

    def mend(self) -> None:
        self.receiver.answers[:] = [204]


def table() -> dict[str, Row]:
    """All of them, but for those that no answer mends."""
    refused = dict.fromkeys((400, 404, 413, 415, 422), "refused")
    causes = refused | {401: "unauthorized", 403: "unauthorized", 409: "conflict", 429: "busy", 503: "failing"}
    rows = {f"answers-{status}": Row(status, cause, status) for status, cause in causes.items()}
    return rows | {
        "drops": Row(drop, "no_answer", None), "hangs": Row(hang, "no_answer", None),
        "misses": Row(miss, "conflict", 409), "floods": Row(flood, "failing", 500),
        "asks-for-later": Row(later, "failing", 503),
        "redirects": Row(redirect, "redirected", 307),
        "expired": Row(204, "certificate", None), "away": Row(204, "unreachable", None),
    }  # fmt: skip


class Certificates:
    """Of a receiver whose certificate ended yesterday, until another one is put in."""

    def __init__(self, folder: Path) -> None:
        self.authority = Authority(folder)
        self.context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        self.context.load_cert_chain(*self.authority.issue("hook", until=timedelta(days=-1)))

    def mend(self) -> None:
        self.context.load_cert_chain(*self.authority.issue("hook"))


@asynccontextmanager
async def serving(rows: dict[str, Row], certificates: Certificates) -> AsyncIterator[list[dict[str, Any]]]:
    """What is to be subscribed."""
    async with AsyncExitStack() as stack:
        for name, row in rows.items():
            row.receiver.answers[:] = [row.answer]
            if name != "away":
                context = certificates.context if name == "expired" else None
                await stack.enter_async_context(row.receiver.serving(context))
        yield [
            {"id": name, "url": row.receiver.url, "from": 1, "timeout_seconds": 1}
            | ({"ca": certificates.authority.file.name} if name == "expired" else {})
            for name, row in rows.items()
        ]  # fmt: skip


async def until(delivering: Delivering, kind: type[Stalled] | type[Accepted], names: set[str], number: int) -> None:
    """Each of these has such a fact."""
    found: dict[str, set[int]] = defaultdict(set)
    try:
        async with asyncio.timeout(60):
            while not all(number in found[name] for name in names):
                await asyncio.sleep(0.5)
                for fact in await asyncio.to_thread(facts_of, delivering):
                    if isinstance(fact, kind):
                        found[fact.subscription].add(fact.number)
    except TimeoutError:
        pytest.fail(f"no {kind.__name__} of {[name for name in names if number not in found[name]]}")


def test_whatever_fails_holds_itself_alone_and_loses_nothing(delivering: Delivering, tmp_path: Path) -> None:
    published, rows, certificates = delivering.published, table(), Certificates(tmp_path)
    well = Receiver([202])

    async def test() -> None:
        async with serving(rows, certificates) as entries, well.serving():
            with socket.socket() as taken:
                taken.bind(("127.0.0.1", 0))  # and does not listen
                port = taken.getsockname()[1]
                entries[-1]["url"] = f"http://127.0.0.1:{port}/hook"
                published.enter(*range(1, LAST + 1))
                well_entry = {"id": "well", "url": well.url, "from": 1}
                await asyncio.to_thread(delivering.subscribe, well_entry, *entries)
                async with in_process(delivering):
                    await until(delivering, Accepted, {"well"}, LAST)
                    await until(delivering, Stalled, set(rows), 1)
                    taken.close()
                    for row in rows.values():
                        row.mend()
                    certificates.mend()
                    async with rows["away"].receiver.serving(port=port):
                        await until(delivering, Accepted, set(rows), LAST)

    asyncio.run(test())
    facts = facts_of(delivering)
    for name, row in rows.items():
        assert_receipts(facts, name, LAST)
        first, *again = [one for one in facts if isinstance(one, Stalled) and one.subscription == name]
        assert (first.number, first.cause, first.status, again) == (1, row.cause, row.status, []), name
        log = numbers(row.receiver)
        assert log == [1] * (len(log) - LAST + 1) + list(range(2, LAST + 1)), name
    came = [one.at_seconds for one in rows["asks-for-later"].receiver.received[: -LAST + 1]]
    assert min(after - before for before, after in pairwise(came)) >= LATER_SECONDS
    assert numbers(well) == [1, 2, 3]
    assert [one.status for one in facts if isinstance(one, Accepted) and one.subscription == "well"] == [202] * LAST
