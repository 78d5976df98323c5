"""One event as a webhook brings it: a number of the subscription, or something beside its numbers."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from harmwatch_client.errors import BadBody

RECALLED = "harmwatch.band.recalled"


@dataclass(frozen=True, slots=True)
class Delivery:
    """An alert, a baseline, a band, a digest or a recall, each with a number; a heartbeat or a test has none."""

    number: int | None
    follows: int | None
    """the last number before it that you should have"""

    id: str
    """the same if it comes again: do what you do by this key"""

    type: str
    subscription: str
    data: Mapping[str, Any]  # Any: JSON
    event: Mapping[str, Any]  # Any: JSON

    @property
    def recalls(self) -> tuple[str, ...]:
        """The ids of the events that do not hold, where this is a recall: undo what you did by them."""
        return tuple(self.data["recalls"]) if self.type == RECALLED else ()


def read_deliveries(body: bytes) -> tuple[Delivery, ...]:
    """The events of a body: one, or a batch of them in order. Raises BadBody."""
    try:
        content = json.loads(body)
        return tuple(map(_read, content)) if isinstance(content, list) and content else (_read(content),)
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise BadBody("it is no event of harmwatch") from error


def read_delivery(body: bytes) -> Delivery:
    """The event of a body that is no batch. Raises BadBody."""
    found = read_deliveries(body)
    if body.lstrip()[:1] == b"[":
        raise BadBody("it is a batch: verify_batch takes it")
    return found[0]


def _read(event: Any) -> Delivery:  # Any: JSON
    """Raises ValueError, TypeError, KeyError where it is no event."""
    if not isinstance(event, dict):
        raise TypeError("no object")
    number, follows = event.get("deliverynumber"), event.get("follows")
    texts = [event["id"], event["type"], event["subscription"]]
    is_numbered = type(number) is type(follows) is int and 0 <= follows < number
    if not (is_numbered or number is follows is None) or not all(isinstance(one, str) for one in texts):
        raise ValueError("no event")
    data = event["data"]
    if not isinstance(data, dict) or (event["type"] == RECALLED and not _are_texts(data["recalls"])):
        raise ValueError("no data")
    identity, kind, subscription = texts
    return Delivery(number, follows, identity, kind, subscription, data, event)


def _are_texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)
