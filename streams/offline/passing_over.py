"""A person passes over a record that tells of more than the journal holds: one acceptance in the journal says so."""

import json
import logging
import uuid
from contextlib import closing

from models.journal.entry import PASSED_OVER
from runtime.installation import Installation
from state.store import Applied, Store
from streams.recovery.interrupted import Interrupted
from streams.recovery.recovery import Recovery
from streams.recovery.witnesses import RecordPlace
from streams.relay.publisher import Publisher, alerts_are_held_back
from streams.relay.transactions import Transactions

_ENTRIES_AT_ONCE = 200
log = logging.getLogger(__name__)


def pass_over(installation: Installation, place: RecordPlace, statement: dict[str, str]) -> int:
    """The entry that says so, published; `statement` is who, when and why.

    Raises PreconditionFailed where another record, or something else, tells of more too, Interrupted where the board
    was taken away, and Unavailable.
    """
    generation = uuid.uuid4().hex
    with (
        closing(
            Transactions(installation.settings.brokers, installation.relay_id, installation.published)
        ) as transactions,
        closing(installation.open_store()) as store,
    ):
        with closing(Recovery(installation, store, generation, transactions.fence, (place,))) as recovery:
            tail = recovery.run().tail
        silent = alerts_are_held_back(installation, store)
        with closing(Publisher(installation, transactions, tail, store.entrance, silent=silent)) as publisher:
            seen = store.position().entry or 0
            body = {PASSED_OVER: {"topic": place[0], "offset": place[1]}} | statement
            answer = store.accept(generation, seen, json.dumps(body))
            if not isinstance(answer, Applied):
                raise Interrupted(f"{answer}")
            _publish(store, generation, publisher)
    return answer.entry


def _publish(store: Store, generation: str, publisher: Publisher) -> None:
    while entries := store.take(_ENTRIES_AT_ONCE):
        tail = publisher.publish(entries)
        if store.trim(generation, tail.entry, tail.hash) is not None:
            raise Interrupted("the board was taken away")
