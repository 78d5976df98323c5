"""The access log of a console: written by threads of its own, so that a broker that hangs holds up nothing else."""

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from broker.acknowledged_writer import AcknowledgedWriter
from broker.clients import PartitionReader
from models.access_log.look import Look, look_bytes, read_look
from models.errors import Unavailable
from models.topics import ACCESS_LOG, topic_name
from runtime.events import Event, happened
from runtime.settings import Settings

_THREADS, _READ_SECONDS = 4, 5.0
NEWEST = 5_000
"""So many of the newest records a page looks through."""

log = logging.getLogger(__name__)


class AccessLog:
    """The writer of an installation's access log."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._topic = topic_name(settings.prefix, ACCESS_LOG)
        self._writer = AcknowledgedWriter(settings.brokers, self._topic)
        self._threads = ThreadPoolExecutor(_THREADS, "access-log")
        self._reading = ThreadPoolExecutor(1, "access-log-reader")  # who reads holds up nobody's look
        self._is_well = True

    async def write(self, look: Look) -> None:
        """It is there when this returns. Raises Unavailable."""
        key, value, loop = self._settings.board.encode(), look_bytes(look), asyncio.get_running_loop()
        try:
            await loop.run_in_executor(self._threads, self._writer.write, key, value)
        except Unavailable as error:
            if self._is_well:
                log.warning(
                    "looks cannot be recorded, so no names are shown: %s", error, extra=happened(Event.NOT_LOGGED)
                )
            self._is_well = False
            raise
        self._is_well = True

    async def newest(self) -> list[Look]:
        """The newest looks, the newest first; foreign records are passed over. Raises Unavailable."""
        return await asyncio.get_running_loop().run_in_executor(self._reading, self._read)

    def close(self) -> None:
        """Ends its threads and connections."""
        for threads in (self._threads, self._reading):
            threads.shutdown(wait=False, cancel_futures=True)
        self._writer.close()

    def _read(self) -> list[Look]:
        brokers = self._settings.brokers
        with closing(PartitionReader(brokers, self._topic, 0, patience_seconds=_READ_SECONDS)) as reader:
            end = reader.end()
            reader.skip_to(max(reader.beginning(), end - NEWEST))
            looks = [read_look(record.value) for record in reader.read_until(end)]
        return [look for look in reversed(looks) if look is not None]
