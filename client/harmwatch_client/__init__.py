"""Reads the alerts of harmwatch, from Kafka or as webhooks: each once, in order and never past a gap."""

from harmwatch_client.alerts import Alerts, Begin
from harmwatch_client.band import Band, Member
from harmwatch_client.delivery import Delivery
from harmwatch_client.errors import BadBody, BadPlace, BadSignature, ClientError, Contradiction, Gap, TopicReset
from harmwatch_client.event import Alert, Baseline, Event
from harmwatch_client.inbox import Inbox
from harmwatch_client.place import FilePlace, MemoryPlace, Place
from harmwatch_client.receiver import Answer, Receiver
from harmwatch_client.signature import verify, verify_batch

__all__ = [
    "Alert", "Alerts", "Answer", "BadBody", "BadPlace", "BadSignature", "Band", "Baseline", "Begin", "ClientError",
    "Contradiction", "Delivery", "Event", "FilePlace", "Gap", "Inbox", "Member", "MemoryPlace", "Place", "Receiver",
    "TopicReset", "verify", "verify_batch",
]  # fmt: skip
