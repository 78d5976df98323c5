"""The body of a number: a CloudEvent in structured mode, a pure function of its arguments, equal for ever."""

from collections.abc import Sequence
from typing import Literal

from delivery.delivery_event import DeliveryEvent
from models.canonical import canonical_json

FORM = 1
"""A form never changes: another body is another form, since receipts hold the digest of what was sent."""

_SEQUENCE_DIGITS = 20


DIGEST = "harmwatch.delivery.digest"
"""The type of an event that holds several alerts under one number."""

Content = Literal["full", "thin"]


def make_body(item: DeliveryEvent, subscription: str, content: Content, number: int, follows: int) -> bytes:
    """The JSON in form 1. What lies on alerts.v1 stands in it byte by byte; thin, it names nobody."""
    attributes = _numbered(item.id, item.type, item, subscription, number, follows)
    if item.subject is not None and content == "full":
        attributes["subject"] = item.subject
    return canonical_json(attributes)[:-1] + b',"data":' + _data(item, content) + b"}"


def make_batch(parts: Sequence[DeliveryEvent], subscription: str, content: Content, number: int, follows: int) -> bytes:
    """A JSON array in form 1: the same events with numbers from this one on, each behind the one before it."""
    events = []
    for at, item in enumerate(parts, number):
        events.append(make_body(item, subscription, content, at, follows))
        follows = at
    return b"[" + b",".join(events) + b"]"


def make_digest(
    parts: Sequence[DeliveryEvent], identity: str, subscription: str, content: Content, number: int, follows: int
) -> bytes:
    """The JSON in form 1: one event whose data holds the alerts in order, each as it would have stood alone."""
    attributes = _numbered(identity, DIGEST, parts[-1], subscription, number, follows)
    events = []
    for item in parts:
        part = canonical_json({"id": item.id, "type": item.type, "sequence": item.sequence})
        events.append(part[:-1] + b',"data":' + _data(item, content) + b"}")
    content_of = canonical_json({"board": parts[0].board})[:-1] + b',"events":[' + b",".join(events) + b"]}"
    return canonical_json(attributes)[:-1] + b',"data":' + content_of + b"}"


def _numbered(
    identity: str, kind: str, item: DeliveryEvent, subscription: str, number: int, follows: int
) -> dict[str, str | int]:
    """The attributes of an event with a number; sequence and time are those of `item`."""
    attributes: dict[str, str | int] = {
        "specversion": "1.0",
        "id": identity,
        "source": f"/harmwatch/{item.board}",
        "type": kind,
        "sequence": f"{item.sequence:0{_SEQUENCE_DIGITS}d}",
        "subscription": subscription,
        "deliverynumber": number,
        "follows": follows,
        "datacontenttype": "application/json",
    }
    return attributes if item.as_of is None else attributes | {"time": item.as_of}


def _data(item: DeliveryEvent, content: Content) -> bytes:
    return item.value if content == "full" else canonical_json(item.thin)
