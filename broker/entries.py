"""Which records of journal.v1 are entries. This one place says so, for everybody who reads the journal.

An entry is a record that parses, stands at an instant, names the board, has the next number and the hash of the one
before, and whose hash is that of its content. Everything else is foreign: any client with the right to write can put it
there, and it is passed over.
"""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from models.errors import BrokenInvariant
from models.instants import parse_instant
from models.journal.entry import FIRST_PREVIOUS_HASH, JournalEntry, hash_of
from models.journal.plain_entry import PlainEntry, read_plain_entry
from models.journal.transition import EntryKind
from models.record import Record


@dataclass(frozen=True, slots=True)
class Tail:
    """An entry's number and hash; 0 before the first."""

    entry: int
    hash: str


BEGINNING = Tail(0, FIRST_PREVIOUS_HASH)

AnyEntry = JournalEntry | PlainEntry
"""What is read quickly where it can be; both say the same of an entry by the same names."""


def sound_entry(value: bytes | None, board: str | None = None) -> JournalEntry | None:
    """What the bytes of a record say, where they are an entry in themselves: of this board, hashed as it is.

    Whether it is one of the journal's, only its place in the chain tells. `board` None: of any board.
    """
    try:
        entry = JournalEntry.model_validate_json(value or b"null")
        parse_instant(entry.as_of)
    except ValueError:  # also pydantic's
        return None
    return entry if board in {None, entry.board} and _is_hashed(entry, value or b"") else None


def any_entry(value: bytes | None, board: str | None = None) -> AnyEntry | None:
    """The same, for who reads very many and needs no contract to hold: a plain entry costs a fifth."""
    plain = None if value is None else read_plain_entry(value)
    if plain is None:
        return sound_entry(value, board)
    return plain if board in {None, plain.board} else None


def _is_hashed(entry: JournalEntry, value: bytes) -> bool:
    """The service writes what it hashes, and the hash into it; the same content in other bytes is written again."""
    content = value.replace(b'"hash":"%s",' % entry.hash.encode(errors="replace"), b"", 1)
    return hashlib.sha256(content).hexdigest() == entry.hash or hash_of(entry) == entry.hash


def before(entry: AnyEntry) -> Tail:
    """The entry that this one continues."""
    return Tail(entry.entry - 1, entry.previous_hash)


def tail_of(entry: AnyEntry) -> Tail:
    """What the next entry continues."""
    return Tail(entry.entry, entry.hash)


class Chain:
    """Takes the records of journal.v1 in order, from behind the entry `tail` on, and tells which are the next entries.

    `board` None: that of the first entry. `foreign` counts the records that were passed over.
    """

    def __init__(self, board: str | None, tail: Tail = BEGINNING) -> None:
        self.board = board
        self.tail = tail
        self.foreign = 0
        self._before: Tail | None = None
        self._rival: tuple[Tail, int] | None = None
        self._forked: str | None = None
        self._stray: Tail | None = None
        self._stray_first = self._stray_count = 0

    def take(self, record: Record) -> JournalEntry | None:
        """The next entry, where the record is it; None: it is foreign."""
        entry = sound_entry(record.value, self.board)
        return entry if self._admits(entry, record.offset) else None

    def take_any(self, record: Record) -> AnyEntry | None:
        """The same, read quickly."""
        entry = any_entry(record.value, self.board)
        return entry if self._admits(entry, record.offset) else None

    def _admits(self, entry: AnyEntry | None, offset: int) -> bool:
        if entry is None or not self._is_next(entry):
            self.foreign += 1
            if entry is not None:
                self._look_for_rival(entry, offset)
                self._note_stray(entry)
            return False
        self._rival, self._before, self._stray = None, self.tail, None
        self.board, self.tail = entry.board, tail_of(entry)
        return True

    def require_one(self) -> None:
        """Raises BrokenInvariant where two records continue the same entry, and it is not settled which the board's is.

        One of the two is forged. Only what comes after tells which, and it must not speak for the second.
        """
        if self._forked is not None or self._rival is not None:
            raise BrokenInvariant(self._forked or _render_fork(self.tail.entry, self._rival[1] if self._rival else 0))

    def require_whole(self) -> None:
        """Raises BrokenInvariant where records behind the newest entry continue each other, and none of them this one.

        Then entries are missing between. Of a single one nobody can say that it is more than foreign.
        """
        if self._stray is not None and self._stray_count > 1:
            raise BrokenInvariant(
                f"journal.v1 has a hole behind entry {self.tail.entry}: other entries follow, from entry "
                f"{self._stray_first} on"
            )

    def is_rival(self, entry: AnyEntry) -> bool:
        """Whether it continues the same entry as the newest one does, with other content."""
        return before(entry) == self._before and tail_of(entry) != self.tail

    def _is_next(self, entry: AnyEntry) -> bool:
        if self.board is None and entry.kind is not EntryKind.POLICY:
            return False
        return before(entry) == self.tail

    def _look_for_rival(self, entry: AnyEntry, offset: int) -> None:
        if self._rival is not None and before(entry) == self._rival[0]:
            self._forked = self._forked or _render_fork(self.tail.entry, self._rival[1])
        elif self.is_rival(entry):
            self._rival = tail_of(entry), offset

    def _note_stray(self, entry: AnyEntry) -> None:
        if entry.entry <= self.tail.entry:
            return
        if before(entry) != self._stray:
            self._stray_first, self._stray_count = entry.entry, 0
        self._stray, self._stray_count = tail_of(entry), self._stray_count + 1


def _render_fork(entry: int, offset: int) -> str:
    return (
        f"two records of journal.v1 continue entry {entry - 1}, the second at offset {offset}: somebody else with the "
        "right to write to the topic has forged one of them, and nobody can tell which. Nothing is published any more; "
        "take that right away, and begin under another HARMWATCH_PREFIX"
    )


def stray_chains(records: Sequence[Record], board: str | None) -> Iterator[tuple[int, JournalEntry]]:
    """Of every two and more of the records that continue each other, the place of the first, and what it says."""
    chains, shown = dict[Tail, tuple[int, JournalEntry]](), set[int]()
    for place, record in enumerate(records):
        entry = sound_entry(record.value, board)
        if entry is None or tail_of(entry) in chains:
            continue
        first = chains[tail_of(entry)] = chains.get(before(entry), (place, entry))
        if first[0] != place and first[0] not in shown:
            shown.add(first[0])
            yield first


def entries_in(records: Iterable[Record], board: str | None, tail: Tail = BEGINNING) -> Iterator[JournalEntry]:
    """The entries among the records behind `tail`. Raises BrokenInvariant where one is forged, as `Chain` says."""
    chain = Chain(board, tail)
    for record in records:
        entry = chain.take(record)
        if entry is not None:
            yield entry
    chain.require_one()
