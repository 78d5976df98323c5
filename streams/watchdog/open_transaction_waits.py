"""Records behind an open transaction on offences.v1: nobody can read them before it ends, so a worker says it waits."""

from collections.abc import Sequence

from broker.open_transactions import OpenTransaction
from streams.waits import Wait, WaitReason, Waits


class OpenTransactionWaits:
    """A wait for each partition on which the same transaction was open at two looks; senders' own are soon over."""

    def __init__(self, waits: Waits) -> None:
        self._waits = waits
        self._seen: set[tuple[int, int]] = set()
        self._standing: dict[tuple[int, int], Wait] = {}

    def look(self, found: Sequence[OpenTransaction] | None) -> None:
        """At what is open now; None: nobody knows, and none has ended by that."""
        if found is None:
            return
        now = {(each.partition, each.offset): each for each in found}
        for place in self._standing.keys() - now.keys():
            self._waits.end(self._standing.pop(place))
        for place in (now.keys() & self._seen) - self._standing.keys():
            detail = now[place].render()
            self._standing[place] = self._waits.begin(WaitReason.TRANSACTION, detail, partition=place[0])
        self._seen = set(now)
