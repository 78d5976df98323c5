"""Reads deliveries.v1 on: from the newest places of each subscription, so that a start is quick, however long it is."""

import logging
from collections.abc import Collection, Iterator

from broker.open_transactions import OpenTransaction, wait_until_readable
from broker.reader import Reader
from delivery.ledger import Ledger
from models.delivery.record import Delivery, read_delivery
from models.errors import Unproved
from models.record import Record
from models.topics import DELIVERIES
from runtime.events import Event, happened

FIRST_LOOK = 2_000
"""So many records are read first, from behind."""

_WIDER = 4

log = logging.getLogger(__name__)


class LedgerReader:
    """The ledger up to where it was read."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.ledger = Ledger()

    def begin(self, subscriptions: Collection[str]) -> None:
        """Goes back to where the places of all of them stand; where one has none, to the beginning.

        The steps double, so that what is read is bounded by what was written since, however long the ledger is. Raises
        Unavailable, Unproved where the beginning is gone of a subscription that has no places; see `refuse_newer`.
        """
        end, back = self._reader.end(), FIRST_LOOK
        beginning = self._reader.beginning()
        while True:
            start = max(beginning, end - back)
            self._reader.seek(start)
            ledger, passed_over = Ledger(is_tail=start > 0), set[str]()
            for record in self._reader.read_until(end):
                if ledger.take(record.value) is None:
                    refuse_newer(ledger, record)
                    if (fact := read_delivery(record.value)) is not None:
                        passed_over.add(fact.subscription)
            if start == beginning or all(name in ledger.lines for name in subscriptions):
                break
            back *= _WIDER
        if start and (lost := sorted(passed_over.intersection(subscriptions) - ledger.lines.keys())):
            text = f"{DELIVERIES.name} begins at offset {start}, and nothing there says how far it is"
            raise Unproved(f"{', '.join(lost)}: {text}")
        ledger.is_tail = False
        self.ledger = ledger

    def read_on(self) -> None:
        """Up to what can be read now. Raises Unavailable."""
        for _ in ours(self.ledger, self._reader.read_until(self._reader.end())):
            pass

    def read_all(self) -> None:
        """Up to the end: waits while somebody else's transaction hides what lies there. Raises Unavailable."""
        wait_until_readable(self._reader, _say)
        self.read_on()

    def close(self) -> None:
        """Ends the connections."""
        self._reader.close()


def ours(ledger: Ledger, records: Iterator[Record]) -> Iterator[tuple[Record, Delivery]]:
    """Those that continue the ledger, which takes them; the others are said. See `refuse_newer`."""
    for record in records:
        fact = ledger.take(record.value)
        if fact is None:
            refuse_newer(ledger, record)
            text = "offset %d of deliveries.v1 continues no subscription: it is passed over"
            log.warning(text, record.offset, extra=happened(Event.FOREIGN_RECORD, offset=record.offset))
        else:
            yield record, fact


def refuse_newer(ledger: Ledger, record: Record) -> None:
    """Raises Unproved where a line goes on by a record that cannot be read.

    Passed over, it would hide all behind it, and what was sent since would be sent once more.
    """
    if read_delivery(record.value) is None and ledger.is_continued_by(record.value):
        reason = "was written by a later version of harmwatch, which has to go on with it: upgrade this one"
        raise Unproved(f"offset {record.offset} of {DELIVERIES.name} {reason}")


def _say(transaction: OpenTransaction) -> None:
    log.warning("waiting: %s", transaction.render(), extra=happened(Event.HELD_BACK))
