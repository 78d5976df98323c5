"""Transactions that are over when a call returns: the coordinator answers before the partitions hear of the end."""

import time

from kafka import KafkaAdminClient
from kafka.admin import TransactionState
from kafka.errors import KafkaError

PATIENCE_SECONDS = 60.0
_ENDING = [TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT, TransactionState.PREPARE_EPOCH_FENCE]


def settle(admin: KafkaAdminClient, prefix: str) -> None:
    """Once this returns, what was committed can be read, under any id that begins so; what is open stays open."""
    until = time.monotonic() + PATIENCE_SECONDS
    while ending := _ending(admin, prefix):
        assert time.monotonic() < until, f"not over yet: {ending}"
        time.sleep(0.005)


def _ending(admin: KafkaAdminClient, prefix: str) -> list[str]:
    """The ids, or what a broker says that does not know yet."""
    try:
        brokers = admin.list_transactions(state_filters=_ENDING)
    except KafkaError as error:
        if not error.retriable:
            raise
        return [repr(error)]
    ids = [listed.transactional_id for of_broker in brokers.values() for listed in of_broker]
    return [name for name in ids if name.startswith(prefix)]
