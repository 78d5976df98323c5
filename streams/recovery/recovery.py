"""Recovery: the store is compared with the journal and brought to its tail, never the other way.

The store may be ahead of the journal by unpublished entries: those are published next. It may be behind:
the journal's own order is applied again, which brings back the same entries, sequences and alert ids.
Anything else: the board is dropped and rebuilt from entry 1.
"""

import json
import logging
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

from broker.commit_notes import Note, committed_notes, topic_id
from broker.entries import BEGINNING, Tail
from broker.open_transactions import OpenTransaction, wait_until_readable
from models.answers import Rewind
from models.errors import BrokenInvariant, PreconditionFailed
from models.journal.entry import JournalEntry
from models.topics import JOURNAL, OFFENCES
from runtime.crash_points import Point, reach
from runtime.events import Event, happened
from runtime.installation import Installation
from runtime.topic_identity import refuse_other_place
from state.store import Answer, Applied, Store
from streams.recovery.admission import refuse_other_installation
from streams.recovery.chainer import Chainer
from streams.recovery.compare import Comparer, Comparison
from streams.recovery.interrupted import Interrupted
from streams.recovery.last_runs import Runs, refuse_lost_records
from streams.recovery.rebuild import Rebuild
from streams.recovery.witnesses import RecordPlace, Witnesses

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class RecoveryOutcome:
    """Where the journal ends, and what the board is there.

    `kind` is what the recovery had to do: `none` (the store was as the journal left it), `repeat`, `rebuild` or
    `found`. `sequence` is that of the newest published transition, `runs` each partition's newest published run.
    """

    tail: Tail
    kind: str
    journal_id: str
    sequence: int
    runs: Runs


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
        self._journal = installation.small_reader(JOURNAL)
        self._chainer = Chainer(installation)
        self._rebuild = Rebuild(installation, store, generation, self._journal, self._chainer)

    def close(self) -> None:
        """Ends the readers, and the key store."""
        self._journal.close()
        self._rebuild.close()
        self._chainer.close()

    def run(self) -> RecoveryOutcome:
        """Claims the board, brings it to the journal's tail, opens it.

        The claim comes first: nobody trims the outbox after it. Fencing waits for what others had committed until then,
        and then for whatever keeps that from being read. So everything that was trimmed is in the journal that is read.
        """
        try:
            return self._recover()
        except (PreconditionFailed, BrokenInvariant):
            # On a topic that was recreated nothing is as it was: then that is what to say.
            refuse_other_place(self._installation.settings, self._installation.place)
            raise

    def _recover(self) -> RecoveryOutcome:
        journal_id, last = self._claim()
        notes = self._hear_witnesses(journal_id, last)
        comparison = self._compare(last, notes)
        standing, kind = self._bring_to(last, comparison)
        for expected in (comparison.expected, comparison.ahead):
            refuse_lost_records(partial(self._installation.small_reader, OFFENCES), expected.runs)
        sequence = self._published_sequence(standing)
        self._changed(self._store.renew(self._generation, json.dumps({"generation": self._generation})))
        reach(Point.RECOVERED)
        return RecoveryOutcome(standing, kind, journal_id, sequence, comparison.expected.runs)

    def _claim(self) -> tuple[str, JournalEntry | None]:
        """The journal's topic id and its newest entry, once nobody else writes to it."""
        if self._journal.open_transaction() is None:  # else nobody knows yet which policy is in force
            refuse_other_installation(self._installation, self._journal)
        self._store.claim(self._generation)
        self._fence()
        reach(Point.FENCED)
        # Before anything of it is read: so it is the topic that is read, or nothing will be committed.
        journal_id = topic_id(self._installation.settings.brokers, self._installation.topic(JOURNAL))
        self._wait_for_the_end()
        last = refuse_other_installation(self._installation, self._journal)
        reach(Point.TAIL_READ)
        return journal_id, last

    def _hear_witnesses(self, journal_id: str, last: JournalEntry | None) -> Mapping[int, Note]:
        """Before anything is compared, dropped or repeated: is this the journal, and all of it?"""
        installation = self._installation
        notes = committed_notes(installation.settings.brokers, installation.group, installation.topic(OFFENCES))
        witnesses = Witnesses(installation, self._journal, last, notes, journal_id, self._excused)
        witnesses.refuse_less(self._store.position())
        return notes

    def _compare(self, last: JournalEntry | None, notes: Mapping[int, Note]) -> Comparison:
        policy = self._installation.policy
        return Comparer(
            self._store, self._generation, policy, self._journal, last, self._chainer, notes
        ).compare()  # fmt: skip

    def _bring_to(self, last: JournalEntry | None, comparison: Comparison) -> tuple[Tail, str]:
        """The tail at which the store stands then, and what had to be done for it."""
        standing, kind = comparison.tail, "none"
        if standing is None:
            standing, kind = self._drop(last)
        if last is not None and standing.entry < last.entry:
            kind = "repeat" if kind == "none" else kind
            self._refuse_rewind(self._store.announce(self._generation, last.entry))
            standing = self._rebuild.repeat(standing, last, comparison.expected)
        if last is None and self._store.position().entry is None:
            kind = "found"
            self._changed(self._rebuild.found())
        return standing, kind

    def _drop(self, last: JournalEntry | None) -> tuple[Tail, str]:
        self._refuse_rewind(self._store.drop(self._generation))
        if last is None:
            return BEGINNING, "none"
        self._installation.instruments.rebuilding()
        reason = "the store is not what this journal has made of it: building the board from entry 1"
        log.warning(reason, extra=happened(Event.REBUILDING))
        return BEGINNING, "rebuild"

    def _published_sequence(self, standing: Tail) -> int:
        """The board's before what still lies in the outbox."""
        position = self._store.position()
        waiting = [entry for entry in self._store.outbox(position.outbox) if entry.number > standing.entry]
        moved = [entry.transitions[0].sequence for entry in waiting if entry.transitions]
        return moved[0] - 1 if moved else position.sequence

    def _wait_for_the_end(self) -> None:
        """Nobody of us publishes since the fence: what cannot be read yet stands behind a transaction of others."""
        wait_until_readable(self._journal, _say_waiting, self._refuse_without_claim)

    def _refuse_without_claim(self) -> None:
        if not self._store.is_claimed_by(self._generation):
            raise Interrupted("somebody else has claimed the board, or it is gone")

    def _refuse_rewind(self, answer: Rewind | None) -> None:
        if answer is not None:
            raise Interrupted("somebody else has claimed the board")

    def _changed(self, answer: Answer) -> None:
        if not isinstance(answer, Applied):
            raise Interrupted(f"{answer}")


def _say_waiting(transaction: OpenTransaction) -> None:
    detail = transaction.render(" of somebody else")
    log.warning("the recovery waits: %s", detail, extra=happened(Event.HELD_BACK, offset=transaction.offset))
