"""Recovery: the store is compared with the journal and brought to its tail, never the other way.

The store may be ahead of the journal by unpublished entries: those are published next. It may be behind:
the journal's own order is applied again, which brings back the same entries, sequences and alert ids.
Anything else: the board is dropped and built anew from entry 1.
"""

import json
import logging
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from functools import partial

from broker.commit_notes import Note, committed_notes, topic_id
from broker.entries import BEGINNING, AnyEntry, Tail
from broker.erasures import erased_keys
from broker.open_transactions import OpenTransaction, wait_until_readable
from broker.tail import any_entries_from, entries_from, entry_at
from models.answers import Rewind
from models.errors import BrokenInvariant, PreconditionFailed
from models.instants import EARLIEST, parse_instant
from models.journal.entry import FIRST_PREVIOUS_HASH, JournalEntry, chain, sealed_texts
from models.journal.plain_entry import PlainEntry, plain_hash
from models.journal.transition import Entry
from models.topics import JOURNAL, OFFENCES
from runtime.crash_points import Point, reach
from runtime.events import Event, happened
from runtime.installation import Installation
from runtime.key_stores import find_keys
from runtime.signer import signer
from runtime.topic_identity import partition_ends, refuse_other_place
from sealing.resealer import Resealer
from sealing.ring import KeyRing
from state.store import Answer, Applied, Store
from streams.recovery.admission import refuse_other_installation
from streams.recovery.expected_board import ExpectedBoard, Hints, expected_board
from streams.recovery.interrupted import Interrupted
from streams.recovery.last_runs import refuse_lost_records
from streams.recovery.repeating import Repeating
from streams.recovery.seal_warnings import SealWarnings
from streams.recovery.volleys import Volleys
from streams.recovery.witnesses import RecordPlace, Witnesses

_CHECK_EVERY_ENTRIES = 100
_SAY_EVERY_ENTRIES = 10_000
log = logging.getLogger(__name__)


class Recovery:
    """One recovery of the board under the claimed `generation`; `fence` keeps every other relay from publishing."""

    def __init__(
        self,
        installation: Installation,
        store: Store,
        generation: str,
        fence: Callable[[], None],
        excused: Collection[RecordPlace] = (),
    ) -> None:
        self._excused = excused
        self._installation = installation
        self._store = store
        self._generation = generation
        self._fence = fence
        self._keys = find_keys(installation.settings)
        self._journal = installation.small_reader(JOURNAL)
        self._repeating = Repeating(installation, store, generation)
        self._ring = KeyRing(self._keys, self._read_erased)
        self._seals = SealWarnings()
        self._last: JournalEntry | None = None
        self.expected, self._ahead = ExpectedBoard(), ExpectedBoard()
        self._notes: Mapping[int, Note] = {}
        self.journal_id = ""
        self.sequence = 0
        self.kind = "none"
        """What it had to do: `none` (the store was as the journal left it), `repeat`, `rebuild` or `found`."""

    def close(self) -> None:
        """Ends the readers, and the key store."""
        self._journal.close()
        self._repeating.close()
        if self._keys is not None:
            self._keys.close()

    def run(self) -> Tail:
        """Claims the board, brings it to the journal's tail, opens it; answers that tail.

        The claim comes first: nobody trims the outbox after it. Fencing waits for what others had committed until then,
        and then for whatever keeps that from being read. So everything that was trimmed is in the journal that is read.
        """
        try:
            return self._recover()
        except (PreconditionFailed, BrokenInvariant):
            # On a topic that was made anew nothing is as it was: then that is what to say.
            refuse_other_place(self._installation.settings, self._installation.place)
            raise

    def _recover(self) -> Tail:
        if self._journal.open_transaction() is None:  # else nobody knows yet which policy is in force
            refuse_other_installation(self._installation, self._journal)
        self._store.claim(self._generation)
        self._fence()
        reach(Point.FENCED)
        # Before anything of it is read: so it is the topic that is read, or nothing will be committed.
        self.journal_id = topic_id(self._installation.settings.brokers, self._installation.topic(JOURNAL))
        self._wait_for_the_end()
        last = self._last = refuse_other_installation(self._installation, self._journal)
        reach(Point.TAIL_READ)
        self._hear_witnesses()
        standing = self._standing(last) or self._drop(last)
        if last is not None and standing.entry < last.entry:
            if self.kind == "none":
                self.kind = "repeat"
            self._refuse_rewind(self._store.announce(self._generation, last.entry))
            standing = self._repeat(standing, last)
        if last is None and self._store.position().entry is None:
            self.kind = "found"
            self._found()
        for expected in (self.expected, self._ahead):
            refuse_lost_records(partial(self._installation.small_reader, OFFENCES), expected.runs)
        self.sequence = self._published_sequence(standing)
        self._changed(self._store.renew(self._generation, json.dumps({"generation": self._generation})))
        reach(Point.RECOVERED)
        return standing

    def _hear_witnesses(self) -> None:
        """Before anything is compared, dropped or repeated: is this the journal, and all of it?"""
        installation, settings = self._installation, self._installation.settings
        self._notes = committed_notes(settings.brokers, installation.group, installation.topic(OFFENCES))
        witnesses = Witnesses(installation, self._journal, self._last, self._notes, self.journal_id, self._excused)
        witnesses.refuse_less(self._store.position())

    def _published_sequence(self, standing: Tail) -> int:
        """The board's before what still lies in the outbox."""
        position = self._store.position()
        waiting = [entry for entry in self._store.outbox(position.outbox) if entry.number > standing.entry]
        moved = [entry.transitions[0].sequence for entry in waiting if entry.transitions]
        return moved[0] - 1 if moved else position.sequence

    def _drop(self, last: JournalEntry | None) -> Tail:
        self._refuse_rewind(self._store.drop(self._generation))
        self.expected, self._ahead = ExpectedBoard(), ExpectedBoard()
        if last is not None:
            self.kind = "rebuild"
            self._installation.hearing.rebuilding()
            told = "the store is not what this journal has made of it: building the board from entry 1"
            log.warning(told, extra=happened(Event.REBUILDING))
        return BEGINNING

    def _wait_for_the_end(self) -> None:
        """Nobody of us publishes since the fence: what cannot be read yet stands behind a transaction of others."""
        wait_until_readable(self._journal, _say_waiting, self._refuse_without_claim)

    def _refuse_without_claim(self) -> None:
        if not self._store.is_claimed_by(self._generation):
            raise Interrupted("somebody else has claimed the board, or it is gone")

    def _standing(self, last: JournalEntry | None) -> Tail | None:
        """The newest entry that store and journal share, with the outbox trimmed up to it; None: nothing.

        Also None where the board is not as its entries left it.
        """
        position = self._store.position()
        if position.entry is None or position.half_written or not position.whole:
            return None
        if position.policy_digest != self._installation.policy.digest:
            return None  # one of the two missed the activation of a policy
        base = Tail(position.entry - position.outbox, position.published_hash or FIRST_PREVIOUS_HASH)
        if base.entry > (last.entry if last else 0) or base.hash != self._hash_at(base.entry):
            return None
        tail = self._shared(base, self._entries(base.entry + 1))
        return tail if tail is not None and self._is_as_told(tail) else None

    def _is_as_told(self, tail: Tail) -> bool:
        """Whether ledger, sequence and as_of are those that the entries up to the store's newest one have led to."""
        position = self._store.position()
        waiting = self._store.outbox(position.outbox)
        ahead = self._ahead = ExpectedBoard()
        ahead.take_unpublished(waiting)
        if self._last is not None:
            ledger, newest_note = position.ledger, self._notes.get(0, Note())
            runs = {partition: note.run for partition, note in self._notes.items()}
            hints = Hints(runs, newest_note.entry, newest_note.sequence)
            self.expected = expected_board(self._journal, tail.entry, self._last, ledger, ahead, hints)
        newest = waiting[-1].as_of if waiting else self._as_of(tail.entry)
        return self.expected.followed_by(ahead).is_of(position) and newest == position.entry_as_of <= position.as_of

    def _as_of(self, number: int) -> int | None:
        return next((parse_instant(entry.as_of) for entry in self._entries(number)), None)

    def _shared(self, tail: Tail, published: Iterator[JournalEntry]) -> Tail | None:
        """The same from `tail` on, which both hold."""
        while taken := self._store.take(_CHECK_EVERY_ENTRIES):
            for ours, theirs in zip(taken, published, strict=False):
                tail = self._chained(ours, tail, theirs)
                if tail != Tail(theirs.entry, theirs.hash):
                    return None
            self._trim(tail)
            if tail.entry < taken[-1].number:
                break
        return tail

    def _trim(self, tail: Tail) -> None:
        """Raises Interrupted when somebody else has claimed or closed the board: then nothing would ever be trimmed."""
        self._refuse_rewind(self._store.trim(self._generation, tail.entry, tail.hash))

    def _refuse_rewind(self, answer: Rewind | None) -> None:
        if answer is not None:
            raise Interrupted("somebody else has claimed the board")

    def _hash_at(self, number: int) -> str:
        if number == 0:
            return FIRST_PREVIOUS_HASH
        entry = None if self._last is None else entry_at(self._journal, number, self._last)
        return "" if entry is None else entry.hash

    def _entries(self, first: int) -> Iterator[JournalEntry]:
        """The journal's entries from number `first` on."""
        if self._last is not None:
            yield from entries_from(self._journal, self._journal, first, self._last)

    def _chained(self, entry: Entry, tail: Tail, published: AnyEntry) -> Tail:
        """The entry behind `tail`, sealed as it was published: no key is made here, nor one that was destroyed."""
        settings = self._installation.settings
        if isinstance(published, PlainEntry):  # it names nobody
            digest = self._repeating.policy.digest
            again = plain_hash(entry, settings.board, settings.clock, digest, tail.hash)
            return Tail(entry.number, again or "")
        seal = Resealer(self._ring, sealed_texts(published), {})
        chained = chain(entry, settings.board, settings.clock, self._repeating.policy.digest, tail.hash, seal)
        self._seals.take(seal, entry.number)
        return Tail(entry.number, chained.hash)

    def _read_erased(self) -> frozenset[str]:
        installation = self._installation
        return erased_keys(installation.reader, signer(installation.settings, installation.small_reader))

    def _found(self) -> None:
        settings, policy = self._installation.settings, self._installation.policy
        awaits_baseline = settings.alerts_after_us is not None
        ends = partition_ends(settings, self._installation.place) if awaits_baseline else None
        self._changed(
            self._store.found(
                self._generation,
                policy.band_size,
                policy.exit_rank,
                EARLIEST,
                self._installation.founding(ends),
                ends,
            )
        )

    def _repeat(self, standing: Tail, last: JournalEntry) -> Tail:
        """Applies the journal's entries after `standing` again and sees that they come out the same."""
        with closing(self._repeating.inputs.open(JOURNAL, 0)) as journal:
            volleys = Volleys(
                self._store, self._generation, self._repeating, standing, self._chained, partial(self._note, last)
            )
            for entry in any_entries_from(self._journal, journal, standing.entry + 1, last):
                volleys.take(entry)
            return volleys.settle()

    def _note(self, last: JournalEntry, entry: AnyEntry) -> None:
        """This one is repeated, and came out the same."""
        self.expected.take(entry)
        reach(Point.REBUILDING)
        if entry.entry % _SAY_EVERY_ENTRIES == 0 or entry.entry == last.entry:
            facts = happened(Event.RECOVERED, entry=entry.entry, of=last.entry)
            log.info("recovered entry %d of %d, as of %s", entry.entry, last.entry, entry.as_of, extra=facts)

    def _changed(self, answer: Answer) -> None:
        if not isinstance(answer, Applied):
            raise Interrupted(f"{answer}")


def _say_waiting(transaction: OpenTransaction) -> None:
    told = transaction.render(" of somebody else")
    log.warning("the recovery waits: %s", told, extra=happened(Event.HELD_BACK, offset=transaction.offset))
