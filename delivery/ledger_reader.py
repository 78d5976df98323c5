"""Reads deliveries.v1 on: who stands by reads along, so that taking office is quick however long the ledger is."""

import logging
from collections.abc import Iterator

from broker.open_transactions import OpenTransaction, wait_until_readable
from broker.reader import Reader
from delivery.ledger import Ledger
from models.delivery.record import Delivery
from models.record import Record
from runtime.events import Event, happened

log = logging.getLogger(__name__)


class LedgerReader:
    """The ledger up to where it was read."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.ledger = Ledger()

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
    """Those that continue the ledger, which takes them; the others are said."""
    for record in records:
        fact = ledger.take(record.value)
        if fact is None:
            told = "offset %d of deliveries.v1 continues no subscription: it is passed over"
            log.warning(told, record.offset, extra=happened(Event.FOREIGN_RECORD, offset=record.offset))
        else:
            yield record, fact


def _say(transaction: OpenTransaction) -> None:
    log.warning("waiting: %s", transaction.render(), extra=happened(Event.HELD_BACK))
