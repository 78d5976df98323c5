"""The inbox of a webhook's receiver: what comes is verified, and acted on once and in order."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harmwatch_client.errors import BadPlace, BadSignature
from harmwatch_client.place import Place
from harmwatch_client.signature import secret_of, verify

RECALLED = "harmwatch.band.recalled"
HEARTBEAT = "harmwatch.delivery.heartbeat"
_LONGEST_BODY = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Delivery:
    """One number: an alert, a baseline, the band with which a subscription begins, or a recall."""

    number: int
    follows: int
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


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answers: a status and a body."""

    status: int
    body: bytes = b""


class Inbox:
    """`act` is called for each number that is new, one at a time; what it raises is not acknowledged.

    `keys`: the texts of the keys, each `whsec_...`; any of them may have signed. `place` keeps the last number: saved
    behind `act`, so that a crash between them repeats one number. `heard` gets the data of each heartbeat. Raises
    ValueError where a key is none.
    """

    def __init__(
        self,
        keys: Sequence[str],
        place: Place,
        act: Callable[[Delivery], None],
        heard: Callable[[Mapping[str, Any]], None] | None = None,  # Any: JSON
    ) -> None:
        for key in keys:
            secret_of(key)
        self._keys, self._place, self._act = tuple(keys), place, act
        self._heard = heard
        self._lock = threading.Lock()

    def take(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer to a request. Raises BadPlace, and what `act` and the place raise: then answer 500."""
        if len(body) > _LONGEST_BODY:
            return Answer(413)
        try:
            verify(headers, body, self._keys)
            event = json.loads(body)
            delivery = None if event["type"] == HEARTBEAT else _read(event)
        except BadSignature:
            return Answer(401)
        except (ValueError, TypeError, KeyError, RecursionError):
            return Answer(400)
        if delivery is None:
            if self._heard is not None:
                self._heard(event["data"])
            return Answer(204)
        with self._lock:
            return self._take(delivery)

    def _take(self, delivery: Delivery) -> Answer:
        done = self._done()
        if delivery.follows > done:
            return Answer(409, json.dumps({"expected": done + 1}).encode())
        if delivery.number > done:
            self._act(delivery)
            self._place.save(str(delivery.number))
        return Answer(204)

    def _done(self) -> int:
        text = self._place.load()
        if text is not None and not (text.isascii() and text.isdigit()):
            raise BadPlace("what was kept is no number")
        return int(text or 0)


def _read(event: Any) -> Delivery:  # Any: JSON
    """Raises ValueError, TypeError, KeyError where it is no delivery."""
    number, follows = event["deliverynumber"], event["follows"]
    texts = [event["id"], event["type"], event["subscription"]]
    if not (type(number) is type(follows) is int and 0 <= follows < number and all(isinstance(t, str) for t in texts)):
        raise ValueError("no delivery")
    data = event["data"]
    if not isinstance(data, dict) or (event["type"] == RECALLED and not _are_texts(data["recalls"])):
        raise ValueError("no data")
    identity, kind, subscription = texts
    return Delivery(number, follows, identity, kind, subscription, data, event)


def _are_texts(found: object) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) for one in found)
