"""Rebuild: the journal's own order is applied again, which brings back the same entries, sequences and alert ids."""

import logging
from contextlib import closing

from broker.entries import AnyEntry, Tail
from broker.reader import Reader
from broker.tail import any_entries_from
from models.instants import EARLIEST
from models.journal.entry import JournalEntry
from models.journal.transition import Entry
from models.topics import JOURNAL
from runtime.crash_points import Point, reach
from runtime.events import Event, happened
from runtime.installation import Installation
from runtime.topic_identity import partition_ends
from state.store import Answer, Store
from streams.recovery.chainer import Chainer
from streams.recovery.expected_board import ExpectedBoard
from streams.recovery.repeater import EntryRepeater
from streams.recovery.volleys import Volleys

_SAY_EVERY_ENTRIES = 10_000
log = logging.getLogger(__name__)


class Rebuild:
    """Brings the store to the journal's tail, under the claimed `generation`; `journal` finds where entries lie."""

    def __init__(
        self, installation: Installation, store: Store, generation: str, journal: Reader, chainer: Chainer
    ) -> None:
        self._installation = installation
        self._store = store
        self._generation = generation
        self._journal = journal
        self._chainer = chainer
        self._repeater = EntryRepeater(installation, store, generation)

    def close(self) -> None:
        """Ends its readers."""
        self._repeater.close()

    def found(self) -> Answer:
        """Begins the board, where neither store nor journal knows one."""
        settings, policy = self._installation.settings, self._installation.policy
        awaits_baseline = settings.alerts_after_us is not None
        ends = partition_ends(settings, self._installation.place) if awaits_baseline else None
        founding = self._installation.founding(ends)
        return self._store.found(self._generation, policy.band_size, policy.exit_rank, EARLIEST, founding, ends)

    def repeat(self, tail: Tail, last: JournalEntry, expected: ExpectedBoard) -> Tail:
        """Applies the entries after `tail` up to `last` again, each of which `expected` takes.

        Raises BrokenInvariant that names the first entry which comes out otherwise, Interrupted where the board was
        taken away.
        """

        def note(entry: AnyEntry) -> None:
            expected.take(entry)
            reach(Point.REBUILDING)
            _say(entry, last)

        with closing(self._repeater.inputs.open(JOURNAL, 0)) as journal:
            volleys = Volleys(self._store, self._generation, self._repeater, tail, self._chain, note)
            for entry in any_entries_from(self._journal, journal, tail.entry + 1, last):
                volleys.take(entry)
            return volleys.settle()

    def _chain(self, entry: Entry, tail: Tail, published: AnyEntry) -> Tail:
        return self._chainer.chain(self._repeater.policy, entry, tail, published)


def _say(entry: AnyEntry, last: JournalEntry) -> None:
    """How far it has come, every so often and at the end."""
    if entry.entry % _SAY_EVERY_ENTRIES == 0 or entry.entry == last.entry:
        facts = happened(Event.RECOVERED, entry=entry.entry, of=last.entry)
        log.info("recovered entry %d of %d, as of %s", entry.entry, last.entry, entry.as_of, extra=facts)
