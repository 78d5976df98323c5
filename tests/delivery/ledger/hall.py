"""A hall of receivers on one server, healthy and sick ones, and what is asked of each one's log."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import groupby

from aiohttp import web

from models.delivery.record import Accepted, Delivery, Rewound, Sending

SICK = ("hangs", "refuses", "fails", "misses", "redirects", "drops", "tires")
_STATUSES = {"hangs": 599, "refuses": 400, "fails": 503, "redirects": 307, "drops": 599}


@dataclass
class Log:
    """Of one receiver: each number with the status that it was answered, and how many requests ran at once."""

    kind: str
    entries: list[tuple[int, int]] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0


class Hall:
    """`kinds`: what each receiver is; `slow_seconds`: how long an answer takes."""

    def __init__(self, kinds: Sequence[str], slow_seconds: float = 0.0) -> None:
        self.logs = [Log(kind) for kind in kinds]
        self._slow_seconds = slow_seconds
        self.url = ""

    async def _take(self, request: web.Request) -> web.StreamResponse:
        log = self.logs[int(request.match_info["at"])]
        number = json.loads(await request.read())["deliverynumber"]
        log.at_once += 1
        log.most_at_once = max(log.most_at_once, log.at_once)
        try:
            await asyncio.sleep(self._slow_seconds)
            answer = await self._answer(request, log, number)
            log.entries.append((number, answer.status))
            return answer
        finally:
            log.at_once -= 1

    async def _answer(self, request: web.Request, log: Log, number: int) -> web.StreamResponse:
        while log.kind == "hangs" and request.transport is not None and not request.transport.is_closing():
            await asyncio.sleep(0.05)
        if log.kind == "drops" and request.transport is not None:
            request.transport.close()
        if log.kind == "misses":
            return web.json_response({"expected": 1}, status=409)
        is_well = {"tires": number <= 5, "falters": (number, 503) in log.entries}.get(log.kind, True)
        status = _STATUSES.get(log.kind, 204) if is_well else 503
        headers = {"location": f"{self.url}/0"} if status == 307 else {}
        return web.Response(status=status, headers=headers)

    @asynccontextmanager
    async def serving(self) -> AsyncIterator["Hall"]:
        app = web.Application()
        app.router.add_post("/{at}", self._take)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=512).start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()


def judge(log: Log, repeats: int) -> None:
    """1, 2, 3 and so on, one request at a time, and none before the one before it was accepted.

    `repeats`: how often one may come again that was accepted: its receipt was lost with who would have written it.
    """
    assert log.most_at_once <= 1, f"{log.most_at_once} requests at once"
    runs = [(number, [status for _, status in same]) for number, same in groupby(log.entries, lambda one: one[0])]
    assert [number for number, _ in runs] == list(range(1, len(runs) + 1)), log.entries
    for number, statuses in runs[:-1]:
        assert statuses[-1] < 300, f"{number + 1} came, and {number} was answered {statuses}"
    again = sum(len([one for one in statuses if one < 300]) - 1 for _, statuses in runs if statuses[-1] < 300)
    assert again <= repeats, f"{again} came again though they were accepted"


def judge_facts(facts: Sequence[Delivery], log: Log) -> None:
    """Each number has its intent before and its receipt after, and none a receipt that was not accepted."""
    steps = [(type(fact), fact.number) for fact in facts if isinstance(fact, Sending | Accepted)]
    last = max((number for kind, number in steps if kind is Accepted), default=0)
    whole = [(kind, number) for number in range(1, last + 1) for kind in (Sending, Accepted)]
    assert steps in (whole, [*whole, (Sending, last + 1)]), steps[-4:]
    assert not any(isinstance(fact, Rewound) for fact in facts)
    accepted = {number for number, status in log.entries if status < 300}
    assert set(range(1, last + 1)) <= accepted, "a receipt of what nobody accepted"
