"""What one look tells: how far a board has come, and who works on it."""

from typing import Literal, get_args

from sight.document import Document

State = Literal["none", "recovering", "closed", "clock", "parked", "open"]
STATES: tuple[State, ...] = get_args(State)
"""docs/configuration.md explains each."""


class RecoveryDocument(Document):
    """How far a worker has come that repeats the journal: entry, of how many, for how long."""

    entry: int
    of: int
    seconds: float | None


class ClockDocument(Document):
    """Which clock is ahead (`worker`, `store`, or `both` where time is to leap), by how much, since when."""

    ahead: Literal["worker", "store", "both"]
    seconds: float
    since: str
    worker: str | None
    why: str


class PartitionDocument(Document):
    """A partition of offences.v1: applied up to here, of what was sent; `held_back` stand behind a transaction."""

    partition: int
    applied: int
    end: int
    held_back: int
    owner: str | None
    silent_seconds: float | None


class ParkedDocument(Document):
    """Where the brake has stopped a partition, and why; `baseline_waits`: no alert goes out until it is released."""

    partition: int
    offset: int
    reason: str
    detail: str
    refused: int
    verdicts: int
    since: str
    baseline_waits: bool


class HeldBackDocument(Document):
    """A transaction that is open on a topic: what was sent from `offset` up to `end` cannot be read."""

    topic: str
    partition: int
    offset: int
    end: int
    producer_id: int | None
    why: str


class LookDocument(Document):
    """One look at an installation. Seconds are since something moved; null: it never has."""

    board: str
    state: State
    recovery: RecoveryDocument | None
    clock: ClockDocument | None
    workers: int
    settled: bool
    as_of: str | None
    lag: int
    outbox: int
    sequence: int
    entry: int
    silent_seconds: float | None
    unpublished_seconds: float | None
    partitions: tuple[PartitionDocument, ...]
    parked: tuple[ParkedDocument, ...]
    held_back: tuple[HeldBackDocument, ...]
    missing_topics: tuple[str, ...]
