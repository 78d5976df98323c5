"""The messages on each topic: how a reader tells them apart, and which schema they follow."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel

from models.delivery.heartbeat import HEARTBEAT, Heartbeat
from models.delivery.recall import RECALLED, Recall
from models.delivery.stall import STALLED, StallNotice
from models.schema_files import TYPES
from models.topics import (
    ACCESS_LOG,
    ALERTS,
    CHECKPOINTS,
    DEAD_LETTERS,
    DELIVERIES,
    DELIVERY_ORDERS,
    ERASURES,
    JOURNAL,
    OFFENCES,
    OFFICER_ACTIONS,
    REDRIVES,
    Topic,
)

_TEXT = {"type": "string"}
_CLOUD_EVENT = {
    "ce_specversion": {"const": "1.0"},
    "ce_type": _TEXT,
    "ce_id": {"type": "string", "description": "the same if it is seen twice"},
    "ce_source": {"type": "string", "description": "/harmwatch/<board>"},
    "ce_time": {"type": "string", "format": "date-time"},
    "ce_sequence": {"type": "string", "pattern": "^[0-9]{20}$", "description": "sorts as text"},
    "content-type": {"const": "application/json"},
}
_SUBJECT = {
    "ce_subject": {"type": "string", "description": "the offender_id; left out where it holds control characters"}
}


@dataclass(frozen=True, slots=True)
class Message:
    """`schema`: the name of the value's; None: it is no JSON, but `content`. `optional` headers may be missing."""

    summary: str
    key: str
    schema: str | None
    headers: Mapping[str, Any] = field(default_factory=dict)  # Any: JSON Schema
    optional: Mapping[str, Any] = field(default_factory=dict)  # Any: JSON Schema
    content: str = "application/octet-stream"

    @property
    def constants(self) -> dict[str, str]:
        """The headers that tell this message from the others of its topic."""
        return {name: message["const"] for name, message in self.headers.items() if name in {"ce_type", "truncated"}}

    def document(self) -> dict[str, Any]:  # Any: JSON
        """As AsyncAPI has it."""
        message: dict[str, Any] = {"summary": self.summary}
        if self.headers:
            message["headers"] = {
                "type": "object", "required": list(self.headers), "properties": {**self.headers, **self.optional}
            }  # fmt: skip
        if self.schema is None:
            message |= {"contentType": self.content, "payload": {"description": self.summary}}
        else:
            message["payload"] = {"$ref": f"{self.schema}.schema.json"}
        key = {"type": "string", "description": self.key}
        return message | {"bindings": {"kafka": {"key": key, "bindingVersion": "0.5.0"}}}


def _event(kind: str, summary: str, schema: str, optional: Mapping[str, Any]) -> Message:  # Any: JSON Schema
    headers = {**_CLOUD_EVENT, "ce_type": {"const": f"harmwatch.band.{kind}"}}
    return Message(summary, "the board" if kind == "baseline" else ALERTS.key, schema, headers, optional)


def _plain(topic: Topic) -> Message:
    summary = (TYPES[topic.name].__doc__ or "").splitlines()[0]
    return Message(summary, topic.key, topic.name)


_LETTER = dict.fromkeys(("reason", "detail", "topic", "partition", "offset"), _TEXT)

MESSAGES: dict[str, dict[str, Message]] = {
    OFFENCES.name: {"report": _plain(OFFENCES)},
    ALERTS.name: {
        "entered": _event("entered", "A person entered the band.", ALERTS.name, _SUBJECT),
        "left": _event("left", "A person left the band.", ALERTS.name, _SUBJECT),
        "baseline": _event(
            "baseline", "The whole band; alerts go on from its last_sequence.", "alerts.v1.baseline", {}
        ),
    },
    JOURNAL.name: {"entry": _plain(JOURNAL)},
    DEAD_LETTERS.name: {
        "refused": Message("The original bytes of what was refused.", DEAD_LETTERS.key, None, _LETTER),
        "refusedAndTooLarge": Message(
            "Size and digest of what was refused, in the place of its bytes.",
            DEAD_LETTERS.key,
            "dead-letters.v1.truncated",
            {**_LETTER, "truncated": {"const": "yes"}},
        ),
    },
    CHECKPOINTS.name: {
        "checkpoint": Message(
            "What journal and alerts were at some moment: a signed note (c2sp.org/tlog-checkpoint).",
            CHECKPOINTS.key,
            None,
            content="text/plain; charset=utf-8",
        )
    },
    REDRIVES.name: {"redrive": _plain(REDRIVES)},
    ERASURES.name: {"erasure": _plain(ERASURES)},
    DELIVERIES.name: {"delivery": _plain(DELIVERIES)},
    DELIVERY_ORDERS.name: {"deliveryOrder": _plain(DELIVERY_ORDERS)},
    OFFICER_ACTIONS.name: {"officerAction": _plain(OFFICER_ACTIONS)},
    ACCESS_LOG.name: {"look": _plain(ACCESS_LOG)},
}
"""By topic and name."""

_NUMBER = {"type": "integer", "minimum": 0}


def _webhook(kind: str, model: type[BaseModel], own: Mapping[str, Any]) -> dict[str, Any]:  # Any: JSON Schema
    """A message that comes to the address of a subscription; `own`: what it has besides."""
    usual = ["specversion", "id", "source", "type", "subscription", "data"]
    return {
        "summary": (model.__doc__ or "").splitlines()[0],
        "contentType": "application/cloudevents+json",
        "payload": {
            "type": "object",
            "required": [*usual, *(name for name in own if name != "sequence")],
            "properties": {
                "specversion": {"const": "1.0"},
                "id": _TEXT,
                "source": {"type": "string", "description": "/harmwatch/<board>"},
                "type": {"const": kind},
                "time": {"type": "string", "format": "date-time"},
                "subscription": _TEXT,
                **own,
                "datacontenttype": {"const": "application/json"},
                "data": {"$ref": f"{kind}.schema.json"},
            },
        },
    }


_NUMBERED = {
    "sequence": {"type": "string", "pattern": "^[0-9]{20}$", "description": "of the alert"},
    "deliverynumber": _NUMBER,
    "follows": _NUMBER,
}
WEBHOOK_TYPES = {"recall": RECALLED, "stall": STALLED, "heartbeat": HEARTBEAT}
WEBHOOK_MESSAGES: dict[str, dict[str, Any]] = {  # Any: JSON
    "recall": _webhook(RECALLED, Recall, _NUMBERED),
    "stall": _webhook(STALLED, StallNotice, _NUMBERED),
    "heartbeat": _webhook(HEARTBEAT, Heartbeat, {}),
}
"""What comes to a subscription and stands on no topic."""
