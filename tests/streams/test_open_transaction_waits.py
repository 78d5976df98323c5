"""A worker waits for a transaction of somebody else until it has ended, and not until nobody answers."""

from broker.open_transactions import OpenTransaction
from streams.waits import WaitReason, Waits
from streams.watchdog.open_transaction_waits import OpenTransactionWaits

OPEN = OpenTransaction("offences.v1", 0, 7, 9, None)


def test_what_nobody_knows_ends_no_wait() -> None:
    waits = Waits()
    behind = OpenTransactionWaits(waits)
    for found in ([OPEN], [OPEN], None):
        behind.look(found)
    assert waits.stand(WaitReason.TRANSACTION, partition=0)
    behind.look([])
    assert not waits.stand(WaitReason.TRANSACTION, partition=0)
