"""What one fetch gave of one partition."""

from collections.abc import Sequence
from dataclasses import dataclass

from models.record import Offset, Record


@dataclass(frozen=True, slots=True)
class Batch:
    """What one fetch gave of one partition: [start, end) of `epoch`, the time between two seeks."""

    epoch: int
    partition: int
    start: Offset
    end: Offset
    records: Sequence[Record]
