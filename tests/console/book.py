"""Where a test has looks written to: a list instead of a topic; tests of the topic itself have a real one."""

import asyncio
import time

from console.access_log.leases import Leases
from console.fan_out import FanOut
from models.access_log.look import Look
from models.errors import Unavailable


class Book:
    """`looks` in order. `away`: why none can be written; `may_write` unset: each takes until it is set."""

    def __init__(self) -> None:
        self.looks: list[Look] = []
        self.away = ""
        self.may_write = asyncio.Event()
        self.may_write.set()
        self.later_seconds = 0.0

    def leases(self, fan_out: FanOut) -> Leases:
        """Those that are written here; `later_seconds` is by how much later it is."""
        return Leases("v100", self.write, fan_out.place, lambda: time.monotonic() + self.later_seconds)

    async def write(self, look: Look) -> None:
        """The writer of the leases."""
        await self.may_write.wait()
        if self.away:
            raise Unavailable(self.away)
        self.looks.append(look)
