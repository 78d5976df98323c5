"""A long look back says how it comes along: a line on standard error every two seconds, none if it is quick."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from broker.open_transactions import OpenTransaction
from broker.reader import OpenReader, Reader
from cli.output import say
from models.record import Record
from models.topics import OFFENCES, Topic

_SAY_EVERY_SECONDS = 2.0


@contextmanager
def long_pass(open_reader: OpenReader, every: float = _SAY_EVERY_SECONDS) -> Iterator[OpenReader]:
    """Opens the same readers; while it lasts, what they have read of `offences.v1` is said every so many seconds."""
    passing, over = _Pass(), threading.Event()

    def tell() -> None:
        while not over.wait(every):
            say(passing.text())

    teller = threading.Thread(target=tell, name="progress", daemon=True)
    teller.start()
    try:
        yield lambda topic, partition: passing.opened(open_reader(topic, partition), topic, partition)
    finally:
        over.set()
        teller.join()


class _Pass:
    """How far readers have come, and since when."""

    def __init__(self) -> None:
        self._begun_at = time.monotonic()
        self._readings: dict[int, int] = {}
        self._positions: dict[int, int] = {}
        self._ends: dict[int, int] = {}

    def opened(self, reader: Reader, topic: Topic, partition: int) -> Reader:
        """The reader, watched where it reads records."""
        if topic is not OFFENCES:
            return reader
        self._readings[partition] = self._readings.get(partition, 0) + 1
        self._positions[partition] = 0
        return _Watched(reader, self, partition)

    def ends_at(self, partition: int, end: int) -> None:
        """How far there is to read."""
        self._ends[partition] = end

    def came_to(self, partition: int, offset: int) -> None:
        """How far it was read."""
        self._positions[partition] = offset

    def text(self) -> str:
        """What is said now."""
        seconds, readings = time.monotonic() - self._begun_at, max(self._readings.copy().values(), default=0)
        read, total = sum(self._positions.copy().values()), sum(self._ends.copy().values())
        again = f", reading {readings}" if readings > 1 else ""
        if not total:
            return f"the journal is read: {seconds:,.0f} s"
        if read >= total:
            return f"all {total:,} records read{again}, computing: {seconds:,.0f} s"
        return f"{read:,} of {total:,} records read{again}: {seconds:,.0f} s"


class _Watched:
    """A reader that tells how far it has come, run by run."""

    def __init__(self, reader: Reader, passing: _Pass, partition: int) -> None:
        self._reader, self._passing, self._partition = reader, passing, partition

    def close(self) -> None:
        self._reader.close()

    def end(self) -> int:
        end = self._reader.end()
        self._passing.ends_at(self._partition, end)
        return end

    def open_transaction(self) -> OpenTransaction | None:
        return self._reader.open_transaction()

    def partitions(self) -> int:
        return self._reader.partitions()

    def beginning(self) -> int:
        return self._reader.beginning()

    def ends(self, partitions: int) -> dict[int, int]:
        return self._reader.ends(partitions)

    def beginnings(self, partitions: int) -> dict[int, int]:
        return self._reader.beginnings(partitions)

    def seek(self, offset: int) -> None:
        self._reader.seek(offset)

    def read_until(self, end: int) -> Iterator[Record]:
        yield from self._reader.read_until(end)
        self._passing.came_to(self._partition, end)
