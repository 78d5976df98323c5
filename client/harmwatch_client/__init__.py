"""Reads the alerts of harmwatch from Kafka: each once, in order and never past a gap."""

from harmwatch_client.alerts import Alerts, Begin
from harmwatch_client.band import Band, Member
from harmwatch_client.errors import BadPlace, ClientError, Contradiction, Gap, TopicReset
from harmwatch_client.event import Alert, Baseline, Event
from harmwatch_client.place import FilePlace, MemoryPlace, Place

__all__ = [
    "Alert", "Alerts", "BadPlace", "Band", "Baseline", "Begin", "ClientError", "Contradiction", "Event", "FilePlace",
    "Gap", "Member", "MemoryPlace", "Place", "TopicReset",
]  # fmt: skip
