"""A receiver of webhooks but for its server: what comes is verified, and acted on once and in order."""

import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from harmwatch_client.delivery import Delivery
from harmwatch_client.errors import BadBody, BadSignature
from harmwatch_client.inbox import Inbox
from harmwatch_client.place import Place
from harmwatch_client.signature import check_of, verify_batch

HEARTBEAT = "harmwatch.delivery.heartbeat"
_LONGEST_BODY = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server answers: a status and a body."""

    status: int
    body: bytes = b""


class Receiver:
    """`act` is called for each number that is new, one at a time; what it raises is not acknowledged.

    `keys`: as `verify` takes them; any of them may have signed. `place` keeps the last number: saved behind `act`, so
    that a crash between them repeats one number. `heard` gets the data of each heartbeat. Raises ValueError where a
    key is none.
    """

    def __init__(
        self,
        keys: Sequence[str],
        place: Place,
        act: Callable[[Delivery], None],
        heard: Callable[[Mapping[str, Any]], None] | None = None,  # Any: JSON
    ) -> None:
        for key in keys:
            check_of(key)
        self._keys, self._inbox, self._act = tuple(keys), Inbox(place), act
        self._heard = heard
        self._lock = threading.Lock()

    def take(self, headers: Mapping[str, str], body: bytes) -> Answer:
        """The answer to a request. Raises BadPlace, and what `act` and the place raise: then answer 500."""
        if len(body) > _LONGEST_BODY:
            return Answer(413)
        try:
            events = verify_batch(body, headers, self._keys)
        except BadSignature:
            return Answer(401)
        except BadBody:
            return Answer(400)
        with self._lock:
            return next((no for event in events if (no := self._take(event)) is not None), Answer(204))

    def _take(self, event: Delivery) -> Answer | None:
        """None: it is done."""
        if event.type == HEARTBEAT and self._heard is not None:
            self._heard(event.data)
        verdict = self._inbox.take(event)
        if isinstance(verdict, int):
            return Answer(409, json.dumps({"expected": verdict}).encode())
        if verdict == "new":
            self._act(event)
            self._inbox.done(event)
        return None
