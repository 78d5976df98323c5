"""The intents of one subscription, read from deliveries.v1 once more: what a rewind sends again."""

from collections.abc import Callable, Mapping

from broker.reader import Reader
from delivery.ledger import Ledger
from delivery.ledger_reader import ours
from models.delivery.record import Sending

Intents = Callable[[str, int], Mapping[int, Sending]]
"""Those of a subscription from a number on; it may block. Raises Unavailable."""


def read_intents(reader: Reader, subscription: str, first: int) -> Mapping[int, Sending]:
    """By number, of each the last one, which may be that of a batch. Raises Unavailable."""
    return {
        number: fact
        for _, fact in ours(Ledger(), reader.read_until(reader.end()))
        if isinstance(fact, Sending) and fact.subscription == subscription
        for number in range(max(first, fact.number), fact.last_number + 1)
    }
