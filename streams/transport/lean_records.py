"""Fetched records with the four fields that are used, instead of the eleven of aiokafka's ConsumerRecord."""

from typing import Any

from aiokafka.consumer.fetcher import PartitionRecords

from models.record import Record


def fetch_lean_records() -> None:
    """From here on every consumer gets `Record`s: building the others took a tenth of the worker's time."""
    PartitionRecords._consumer_record = _lean_record


def _lean_record(_: PartitionRecords, __: object, fetched: Any) -> Record:  # Any: aiokafka's, and untyped
    return Record(fetched.offset, fetched.timestamp, fetched.key, fetched.value)
