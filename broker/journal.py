"""The journal of a board, read as a log of entries: the one door for everybody who reads it and does not judge it.

What an entry is stands in `broker/entries.py`, where it lies in `broker/tail.py`; `audit/verify/chain.py` says what is
wrong.
"""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from broker.engine_number import look_at_engine
from broker.entries import BEGINNING, Chain, Tail
from broker.reader import OpenReader, Reader
from broker.tail import entries_from, first_entry, last_entry
from models.journal.entry import JournalEntry
from models.topics import JOURNAL


class Journal:
    """journal.v1 through one reader, which stands anywhere between two calls.

    All of them raise Unavailable, and BrokenInvariant where two records continue the same entry.
    """

    def __init__(self, reader: Reader) -> None:
        self._reader = reader

    def require_our_engine(self) -> None:
        """Raises PreconditionFailed for the journal of another engine."""
        look_at_engine(self._reader)

    def first(self) -> JournalEntry | None:
        """The first entry, which names the board; None: there is none."""
        return first_entry(self._reader)

    def last(self) -> JournalEntry | None:
        """The newest entry; None: there is none. It is looked up from behind."""
        return last_entry(self._reader)

    def up_to(self, last: JournalEntry, first: int = 1) -> Iterator[JournalEntry]:
        """The entries from number `first` to `last`. Raises BrokenInvariant where one of them is missing."""
        return entries_from(self._reader, self._reader, first, last)

    def entries(self) -> Iterator[JournalEntry]:
        """Every entry, from the first on."""
        return (entry for _, entry in self.walk())

    def walk(
        self,
        board: str | None = None,
        offset: int = 0,
        tail: Tail = BEGINNING,
        *,
        end: int | None = None,
        whole: bool = False,
    ) -> Iterator[tuple[int, JournalEntry]]:
        """The entries from `offset` on, behind the entry `tail` of a board, each with its offset.

        They end before the offset `end` (None: that of the journal as it is now). With `whole` a hole behind the
        last one raises BrokenInvariant, too.
        """
        self._reader.seek(offset)
        chain = Chain(board, tail)
        for record in self._reader.read_until(self._reader.end() if end is None else end):
            entry = chain.take(record)
            if entry is not None:
                yield record.offset, entry
        chain.require_one()
        if whole:
            chain.require_whole()


@contextmanager
def open_journal(open_reader: OpenReader) -> Iterator[Journal]:
    """An installation's journal, until the block is left."""
    with closing(open_reader(JOURNAL, 0)) as reader:
        yield Journal(reader)
