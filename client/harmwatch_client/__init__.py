"""Reads the alerts of harmwatch: from Kafka each once, in order and never past a gap; and webhooks, verified."""

from harmwatch_client.alerts import Alerts, Begin
from harmwatch_client.band import Band, Member
from harmwatch_client.errors import (
    BadHeader,
    BadPlace,
    ClientError,
    Contradiction,
    Gap,
    NoKeyFits,
    NotVerified,
    TooOld,
    TopicReset,
)
from harmwatch_client.event import Alert, Baseline, Event
from harmwatch_client.inbox import Inbox
from harmwatch_client.place import FilePlace, MemoryPlace, Place
from harmwatch_client.webhooks import Delivery, verify

__all__ = [
    "Alert", "Alerts", "BadHeader", "BadPlace", "Band", "Baseline", "Begin", "ClientError", "Contradiction", "Delivery",
    "Event", "FilePlace", "Gap", "Inbox", "Member", "MemoryPlace", "NoKeyFits", "NotVerified", "Place", "TooOld",
    "TopicReset", "verify",
]  # fmt: skip
