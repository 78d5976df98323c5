"""Transactions that are over when a call returns: the coordinator answers before the partitions hear of the end."""

import time

from kafka import KafkaAdminClient
from kafka.admin import TransactionState

PATIENCE_SECONDS = 30.0
_ENDING = [TransactionState.PREPARE_COMMIT, TransactionState.PREPARE_ABORT, TransactionState.PREPARE_EPOCH_FENCE]


def settle(admin: KafkaAdminClient, prefix: str) -> None:
    """Once this returns, what was committed can be read, under any id that begins so; what is open stays open."""
    until = time.monotonic() + PATIENCE_SECONDS
    while ending := [
        listed
        for of_broker in admin.list_transactions(state_filters=_ENDING).values()
        for listed in of_broker
        if listed.transactional_id.startswith(prefix)
    ]:
        assert time.monotonic() < until, f"not over yet: {ending}"
        time.sleep(0.005)
