"""The console's own writer of actions, apart from everything that reads."""

import threading

from broker.one_record import RecordWriter
from models.errors import Unavailable
from models.topics import OFFICER_ACTIONS, topic_name
from runtime.settings import Settings


class ActionWriter:
    """Opened with the first action, and again after a failure. Any thread may write."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._writer: RecordWriter | None = None

    def write(self, value: bytes) -> int:
        """The offset of an action on the topic. Raises Unavailable; then it may lie there all the same."""
        writer = self._open()
        try:
            return writer.write(self._settings.board.encode(), value)
        except Unavailable:
            self._give_up(writer)
            raise

    def close(self) -> None:
        """Ends the connections."""
        with self._lock:
            if self._writer is not None:
                self._writer.close()
            self._writer = None

    def _open(self) -> RecordWriter:
        with self._lock:
            if self._writer is None:
                name = topic_name(self._settings.prefix, OFFICER_ACTIONS)
                self._writer = RecordWriter(self._settings.brokers, name)
            return self._writer

    def _give_up(self, writer: RecordWriter) -> None:
        """An idempotent producer that has failed once may not go on."""
        with self._lock:
            if self._writer is writer:
                self._writer = None
        writer.close()
