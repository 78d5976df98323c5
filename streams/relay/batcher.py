"""What the relay publishes next: entries for which nobody waits gather for a moment.

Each transaction costs the broker more than what is in it, and an alert has to wait for the one before its own.
"""

import time
from collections.abc import Sequence

from models.journal.transition import Entry
from state.store import Store
from streams.transport.client import RUN_RECORDS

_ENTRIES_AT_ONCE = 200
_GATHERING_SECONDS = 0.1


class OutboxBatcher:
    """The unpublished entries of `store`, whose reader this is alone."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._entries: list[Entry] = []
        self._until = 0.0

    def next(self, *, at_once: bool) -> Sequence[Entry]:
        """The entries to publish now; none while they gather (never `at_once`) or where there is none."""
        fresh = self._store.take(_ENTRIES_AT_ONCE, len(self._entries))
        if fresh and not self._entries:
            self._until = time.monotonic() + _GATHERING_SECONDS
        self._entries += fresh
        is_time = at_once or len(self._entries) >= _ENTRIES_AT_ONCE or time.monotonic() >= self._until
        if not is_time and not any(map(_is_awaited, fresh)):
            return ()
        entries, self._entries = self._entries, []
        return entries


def _is_awaited(entry: Entry) -> bool:
    """Whether it tells somebody something, and soon.

    Records that come by the thousand are a backlog: they have waited for longer than their entry will.
    """
    is_backlog = entry.start is not None and entry.end is not None and entry.end - entry.start >= RUN_RECORDS
    return not is_backlog and bool(entry.transitions or entry.baseline or entry.refusals != "[]")
