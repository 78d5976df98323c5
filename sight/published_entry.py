"""The newest entry of journal.v1: a store that is not as far was set back, and nothing of it is to be believed."""

from contextlib import suppress

from broker.entries import Tail, tail_of
from broker.journal import Journal
from broker.reader import Reader
from models.errors import BrokenInvariant


class PublishedEntry:
    """Of one board, read on from where it was read to the last time."""

    def __init__(self, reader: Reader, board: str) -> None:
        self._reader, self._board = reader, board
        self._offset, self._newest = 0, 0
        self._tail: Tail | None = None

    def close(self) -> None:
        """Ends the connection."""
        self._reader.close()

    def newest(self) -> int:
        """Its number; 0: there is none. Of a journal that forks, which `verify` names, the last one before. Raises
        Unavailable.
        """
        with suppress(BrokenInvariant):
            self._read_on()
        return self._newest

    def _read_on(self) -> None:
        end, journal = self._reader.end(), Journal(self._reader)
        if self._tail is None:
            last = journal.last()
            found = [] if last is None else [last]
        else:
            found = [entry for _, entry in journal.walk(self._board, self._offset, self._tail, end=end)]
        self._offset = end
        if found:
            self._newest, self._tail = found[-1].entry, tail_of(found[-1])
