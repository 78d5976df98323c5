"""What is parked on a board, and whether its baseline waits for that."""

from models.instants import format_instant
from sight.look_document import ParkedDocument
from state.position import Position


def parked_document(position: Position) -> tuple[ParkedDocument, ...]:
    """Of each parked partition where and why, and whether the baseline waits for it."""
    awaited = position.awaited or {}
    return tuple(
        ParkedDocument(
            partition=partition,
            offset=parked.offset,
            reason=parked.reason,
            detail=parked.detail,
            refused=parked.refused,
            verdicts=parked.verdicts,
            since=format_instant(parked.since),
            baseline_waits=awaited.get(partition, 0) > position.ledger.get(partition, 0),
        )
        for partition, parked in position.parked.items()
    )
