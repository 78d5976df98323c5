"""A long look back says how it comes along: a line on standard error every two seconds, none if it is quick."""

import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager

from broker.open_transactions import OpenTransaction
from broker.reader import OpenReader, Reader
from cli.output import say
from models.record import Record
from models.topics import OFFENCES, Topic

_SAY_EVERY_SECONDS = 2.0
_SAY_EVERY_OFFSETS = 500

_Place = tuple[str, int]
"""A topic and one of its partitions."""


@contextmanager
def long_pass(
    open_reader: OpenReader, every: float = _SAY_EVERY_SECONDS, of: Collection[Topic] = (OFFENCES,)
) -> Iterator[OpenReader]:
    """Opens the same readers; while it lasts, what they have read of these topics is said every so many seconds."""
    passing, over = _Pass(of), threading.Event()

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

    def __init__(self, topics: Collection[Topic]) -> None:
        self._topics = topics
        self._begun_at = time.monotonic()
        self._readings: dict[_Place, int] = {}
        self._positions: dict[_Place, int] = {}
        self._ends: dict[_Place, int] = {}

    def opened(self, reader: Reader, topic: Topic, partition: int) -> Reader:
        """The reader, watched where it reads records."""
        if topic not in self._topics:
            return reader
        place = topic.name, partition
        self._readings[place] = self._readings.get(place, 0) + 1
        self._positions[place] = 0
        return _Watched(reader, self, place)

    def ends_at(self, place: _Place, end: int) -> None:
        """How far there is to read."""
        self._ends[place] = end

    def knows_end(self, place: _Place) -> bool:
        """Whether that was said."""
        return place in self._ends

    def came_to(self, place: _Place, offset: int) -> None:
        """How far it was read."""
        self._positions[place] = offset

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
    """A reader that tells how far it has come."""

    def __init__(self, reader: Reader, passing: _Pass, place: _Place) -> None:
        self._reader, self._passing, self._place = reader, passing, place

    def close(self) -> None:
        self._reader.close()

    def end(self) -> int:
        end = self._reader.end()
        self._passing.ends_at(self._place, end)
        return end

    def open_transaction(self) -> OpenTransaction | None:
        return self._reader.open_transaction()

    def partitions(self) -> int:
        count = self._reader.partitions()
        topic, _ = self._place
        if not self._passing.knows_end((topic, count - 1)):  # or the total would grow with each that is opened
            for partition, end in self._reader.ends(count).items():
                self._passing.ends_at((topic, partition), end)
        return count

    def beginning(self) -> int:
        return self._reader.beginning()

    def ends(self, partitions: int) -> dict[int, int]:
        return self._reader.ends(partitions)

    def beginnings(self, partitions: int) -> dict[int, int]:
        return self._reader.beginnings(partitions)

    def seek(self, offset: int) -> None:
        self._reader.seek(offset)

    def read_until(self, end: int) -> Iterator[Record]:
        for record in self._reader.read_until(end):
            if not record.offset % _SAY_EVERY_OFFSETS:
                self._passing.came_to(self._place, record.offset)
            yield record
        self._passing.came_to(self._place, end)
