"""What an event says in one line, for sinks that people read: which alert, when, and nobody's name."""

import json
from typing import Any

from delivery.bodies import DIGEST
from models.delivery.recall import RECALLED
from models.delivery.stall import STALLED

EventBody = dict[str, Any]  # Any: JSON

TEST = "harmwatch.delivery.test"
"""The type of an event that is no number."""

_SAID = {
    "harmwatch.band.entered": "a person has entered the band",
    "harmwatch.band.left": "a person has left the band",
    "harmwatch.band.baseline": "alerts are sent from here on",
    "harmwatch.delivery.band": "who is in the band now",
    DIGEST: "several people have entered or left the band",
    RECALLED: "what was sent before does not hold",
    STALLED: "deliveries to another subscription are stalled",
    TEST: "a test: nothing has happened",
}


def read_body(body: bytes) -> EventBody:
    """The event of a body."""
    content: EventBody = json.loads(body)
    return content


def board_of(event: EventBody) -> str:
    """The board's name."""
    return str(event["source"]).removeprefix("/harmwatch/")


def data_of(event: EventBody) -> EventBody:
    """What it tells; nothing where that is no object: an event of a kind that is newer than a sink."""
    data = event.get("data")
    return data if isinstance(data, dict) else {}


def kind_of(event: EventBody) -> str:
    """The last word of its type: entered, left, band, test."""
    return str(event["type"]).rpartition(".")[2]


def summary_of(event: EventBody) -> str:
    """One line without control characters: board, what has happened, the alert's id."""
    said = _SAID.get(event["type"], kind_of(event))
    if event["type"] == STALLED:
        content = data_of(event)
        said = f"deliveries to {content['stalled']} are stalled at number {content['number']}: {content['cause']}"
    return f"harmwatch {board_of(event)}: {said} ({event['id']})"
