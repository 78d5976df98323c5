"""The activation of a policy: one entry of the journal, under which everything known is reassessed.

No worker runs meanwhile, and one that starts takes the board away: its relay fences this one. Kafka decides: until
the transaction with the entry is committed the old policy is in force, whatever the store holds by then.
"""

import json
import logging
import uuid
from contextlib import closing
from dataclasses import replace

from broker.entries import Tail
from broker.open_transactions import OpenTransaction, wait_until_readable
from models.answers import Leap
from models.clock import ClockMode
from models.errors import PreconditionFailed
from models.journal.transition import Entry
from models.policy import Policy
from models.topics import JOURNAL
from runtime.crash_points import Point, reach
from runtime.events import Event, happened
from runtime.in_force import InForce, read_in_force
from runtime.installation import Installation
from state.store import Answer, Applied, Store
from streams.clocks import render_leap
from streams.recovery.interrupted import Interrupted
from streams.recovery.reassessment import reassess
from streams.recovery.recovery import Recovery
from streams.relay.publisher import Publisher, alerts_are_held_back
from streams.relay.transactions import Transactions

_ENTRIES_AT_ONCE = 200
_LISTED = 10
log = logging.getLogger(__name__)


class Activation:
    """Puts `policy` in force in the place of the installation's own."""

    def __init__(self, installation: Installation, policy: Policy) -> None:
        self._old = installation
        self._new = replace(installation, policy=policy)

    def run(self) -> Entry:
        """The entry of the policy, published. Raises PreconditionFailed when the policy cannot assess what the board
        knows.

        Raises Interrupted when the board was taken away, Unavailable when the world is down; after that nobody
        but the journal knows which policy is in force.
        """
        with (
            closing(Transactions(self._old.settings.brokers, self._old.relay_id, self._old.published)) as transactions,
            closing(self._old.open_store()) as store,
        ):
            return self._activate(transactions, store)

    def _activate(self, transactions: Transactions, store: Store) -> Entry:
        generation = uuid.uuid4().hex
        with closing(Recovery(self._old, store, generation, transactions.fence)) as recovery:
            tail = recovery.run().tail
        with closing(self._publisher(self._old, transactions, store, tail)) as publisher:
            self._let_time_pass(store, generation, publisher)
            self._wait_for_the_end()
            in_force = read_in_force(self._old.reader, publisher.tail.entry)
            self._refuse_unknown(in_force)
            _claim(store, generation := uuid.uuid4().hex, publisher.tail)
        _changed(reassess(store, generation, self._new.policy, in_force))
        reach(Point.APPLIED)
        (entry,) = store.outbox(_ENTRIES_AT_ONCE)
        with closing(self._publisher(self._new, transactions, store, publisher.tail)) as publisher:
            _publish(store, generation, publisher)
            _changed(store.renew(generation, json.dumps({"generation": generation})))
            _publish(store, generation, publisher)
        return entry

    def _publisher(self, installation: Installation, transactions: Transactions, store: Store, tail: Tail) -> Publisher:
        silent = alerts_are_held_back(installation, store)
        return Publisher(installation, transactions, tail, store.entrance, silent=silent)

    def _let_time_pass(self, store: Store, generation: str, publisher: Publisher) -> None:
        """What is due by now ends under the old policy; in event mode now is where the board stands."""
        now = None if self._old.settings.clock is ClockMode.WALL else store.position().as_of
        while True:
            _publish(store, generation, publisher)
            answer = store.tick(generation, publisher.tail.entry, now)
            if isinstance(answer, Leap):
                raise PreconditionFailed(render_leap(answer))
            _changed(answer)
            if isinstance(answer, Applied) and answer.all_ended:
                break
        _publish(store, generation, publisher)

    def _wait_for_the_end(self) -> None:
        """What was published a moment ago can be read when its transaction has ended, and every other before it."""
        with closing(self._old.small_reader(JOURNAL)) as journal:
            wait_until_readable(journal, _say_waiting)

    def _refuse_unknown(self, in_force: InForce) -> None:
        """A report that neither counts nor is refused would be lost."""
        faults = [
            f"{detail} ({offences} offences)" for detail, offences in sorted(in_force.faults(self._new.policy).items())
        ]
        if faults:
            more = [f"and {len(faults) - _LISTED} more"] if len(faults) > _LISTED else []
            raise PreconditionFailed(
                "the policy cannot assess what the board knows: " + "; ".join([*faults[:_LISTED], *more])
                + ". Complete its index or its table of statuses."
            )  # fmt: skip


def _claim(store: Store, generation: str, tail: Tail) -> None:
    store.claim(generation)
    if store.position().entry != tail.entry:
        raise Interrupted("somebody else works on the board")


def _publish(store: Store, generation: str, publisher: Publisher) -> None:
    """Everything in the outbox."""
    while entries := store.take(_ENTRIES_AT_ONCE):
        tail = publisher.publish(entries)
        if store.trim(generation, tail.entry, tail.hash) is not None:
            raise Interrupted("the board was taken away")
        reach(Point.TRIMMED)


def _changed(answer: Answer) -> None:
    if not isinstance(answer, Applied):
        raise Interrupted(f"{answer}")


def _say_waiting(transaction: OpenTransaction) -> None:
    facts = happened(Event.HELD_BACK, offset=transaction.offset)
    log.warning("the activation waits: %s", transaction.render(), extra=facts)
