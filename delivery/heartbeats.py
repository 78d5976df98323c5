"""When a receiver hears how its subscription stands, and what it hears."""

import math

from delivery.ledger import Line
from models.canonical import canonical_json
from models.delivery.heartbeat import HEARTBEAT, Heartbeat
from models.delivery.terms import Terms


class Heartbeats:
    """One subscription's. `seconds` of a clock that only rises."""

    def __init__(self, terms: Terms, seconds: float) -> None:
        self._every = math.inf if terms.heartbeat_seconds is None else terms.heartbeat_seconds
        self._heard = seconds

    def heard(self, seconds: float) -> None:
        """A request was made."""
        self._heard = seconds

    def left(self, seconds: float) -> float:
        """Seconds until the next one is due."""
        return max(self._heard + self._every - seconds, 0.0)


def make_heartbeat(line: Line, board: str, newest: int, now: str) -> tuple[str, bytes]:
    """Its id and its body: a CloudEvent in structured mode."""
    stalled, waiting = line.stalled, line.waiting
    told = Heartbeat(
        state="stalled" if stalled is not None else "behind" if waiting is not None else "quiet",
        number=line.number, waiting=None if waiting is None else waiting.number,
        cause=None if stalled is None else stalled.cause, sequence=line.place, newest=newest,
    )  # fmt: skip
    name = line.opened.subscription
    identity = f"{board}:{name}:heartbeat:{now}"
    attributes = {
        "specversion": "1.0", "id": identity, "source": f"/harmwatch/{board}", "type": HEARTBEAT, "time": now,
        "subscription": name, "datacontenttype": "application/json", "data": told.model_dump(),
    }  # fmt: skip
    return identity, canonical_json(attributes)
