"""Compare: up to which entry the store is what the journal has made of it, if it is that at all."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from broker.commit_notes import Note
from broker.entries import Tail
from broker.reader import Reader
from broker.tail import entries_from, entry_at
from models.instants import parse_instant
from models.journal.entry import FIRST_PREVIOUS_HASH, JournalEntry
from models.policy import Policy
from state.store import Store
from streams.recovery.chainer import Chainer
from streams.recovery.expected_board import ExpectedBoard, Hints, expected_board
from streams.recovery.interrupted import Interrupted

_CHECK_EVERY_ENTRIES = 100


@dataclass(frozen=True, slots=True)
class Comparison:
    """What store and journal have in common.

    `tail` is the newest entry that both hold; None: nothing, or the board is not as its entries left it. `expected` is
    what the journal's entries up to it led to, `ahead` what the unpublished ones behind it did.
    """

    tail: Tail | None = None
    expected: ExpectedBoard = field(default_factory=ExpectedBoard)
    ahead: ExpectedBoard = field(default_factory=ExpectedBoard)


@dataclass(frozen=True, slots=True)
class Comparer:
    """Compares the claimed store with the journal, which ends with `last` (None: it is empty).

    `notes` say where in the journal to look.
    """

    store: Store
    generation: str
    policy: Policy
    journal: Reader
    last: JournalEntry | None
    chainer: Chainer
    notes: Mapping[int, Note]

    def compare(self) -> Comparison:
        """Trims the outbox up to the shared tail. Raises Interrupted when the board was taken away meanwhile."""
        tail = self._shared_tail()
        return Comparison() if tail is None else self._as_of_its_entries(tail)

    def _shared_tail(self) -> Tail | None:
        position = self.store.position()
        if position.entry is None or position.half_written or not position.whole:
            return None
        if position.policy_digest != self.policy.digest:
            return None  # one of the two missed the activation of a policy
        base = Tail(position.entry - position.outbox, position.published_hash or FIRST_PREVIOUS_HASH)
        if base.entry > (self.last.entry if self.last else 0) or base.hash != self._hash_at(base.entry):
            return None
        return self._followed(base, self._entries(base.entry + 1))

    def _followed(self, tail: Tail, published: Iterator[JournalEntry]) -> Tail | None:
        """The newest entry from `tail` on that both hold; None where one differs."""
        while taken := self.store.take(_CHECK_EVERY_ENTRIES):
            for ours, theirs in zip(taken, published, strict=False):
                tail = self.chainer.chain(self.policy, ours, tail, theirs)
                if tail != Tail(theirs.entry, theirs.hash):
                    return None
            if self.store.trim(self.generation, tail.entry, tail.hash) is not None:
                raise Interrupted("somebody else has claimed the board")  # nothing would ever be trimmed
            if tail.entry < taken[-1].number:
                break
        return tail

    def _as_of_its_entries(self, tail: Tail) -> Comparison:
        """Whether ledger, sequence and as_of are those that the entries up to the store's newest one have led to."""
        position = self.store.position()
        waiting = self.store.outbox(position.outbox)
        expected, ahead = ExpectedBoard(), ExpectedBoard()
        ahead.take_unpublished(waiting)
        if self.last is not None:
            expected = expected_board(self.journal, tail.entry, self.last, position.ledger, ahead, self._hints())
        newest = waiting[-1].as_of if waiting else self._as_of(tail.entry)
        agrees = expected.followed_by(ahead).is_of(position) and newest == position.entry_as_of <= position.as_of
        return Comparison(tail, expected, ahead) if agrees else Comparison()

    def _hints(self) -> Hints:
        newest_note = self.notes.get(0, Note())
        runs = {partition: note.run for partition, note in self.notes.items()}
        return Hints(runs, newest_note.entry, newest_note.sequence)

    def _as_of(self, number: int) -> int | None:
        return next((parse_instant(entry.as_of) for entry in self._entries(number)), None)

    def _hash_at(self, number: int) -> str:
        if number == 0:
            return FIRST_PREVIOUS_HASH
        entry = None if self.last is None else entry_at(self.journal, number, self.last)
        return "" if entry is None else entry.hash

    def _entries(self, first: int) -> Iterator[JournalEntry]:
        """The journal's entries from number `first` on."""
        if self.last is not None:
            yield from entries_from(self.journal, self.journal, first, self.last)
