"""How far the service has come: lag from Kafka's last stable offsets and the ledger, and what nobody can read yet."""

import time
from typing import Any

from models.clock import ClockMode
from models.instants import SECOND, format_instant
from models.topics import OFFENCES, topic_name
from runtime.installation import open_store
from runtime.kafka import PartitionReader
from runtime.places import find_place
from runtime.published import Published
from runtime.settings import Settings
from state.position import Position
from state.store import Store

STATES = ("none", "recovering", "closed", "braked", "open")
_LOOK_AGAIN_SECONDS = 0.1
_OURS_IS_OVER_SECONDS = 0.5
_STANDS_SECONDS = 2.0


def status_of(settings: Settings) -> dict[str, Any]:
    """The document of `harmwatch status`. Raises Unavailable, or StartRefused where topics are missing."""
    look = Look(settings)
    try:
        return look.standing(look.document(), _OURS_IS_OVER_SECONDS)
    finally:
        look.close()


def idle_status(settings: Settings, seconds: float) -> tuple[dict[str, Any], bool]:
    """The document once lag and outbox are 0 and what is published can be read, or after `seconds`; and whether so."""
    look, until = Look(settings), time.monotonic() + seconds
    try:
        while True:
            document = look.document()
            is_all = document["lag"] == 0 and document["outbox"] == 0 and not document["held_back"]
            idle = is_all and document["state"] == "open"
            if idle or time.monotonic() >= until:
                return document, idle
            time.sleep(_LOOK_AGAIN_SECONDS)
    finally:
        look.close()


def live_status(settings: Settings, within_seconds: float) -> tuple[dict[str, Any], bool]:
    """The document with `silent_seconds`; and whether a run or a tick was applied within that time.

    Event time stands still while no record comes: there a silence is good as long as nothing waits. Where what is
    published cannot be read, nothing is good.
    """
    look = Look(settings)
    try:
        document, silence_us = look.document(), look.store.silence_us()
        document = look.standing(document, _STANDS_SECONDS)
    finally:
        look.close()
    silent_seconds = None if silence_us is None else max(0.0, silence_us / SECOND)
    # A move that lies ahead was told by a clock that has been set back since: it says nothing of now.
    moves = silence_us is not None and -SECOND <= silence_us <= within_seconds * SECOND
    may_rest = settings.clock is ClockMode.EVENT and document["state"] == "open"
    rests = may_rest and document["lag"] == 0 and document["outbox"] == 0
    return document | {"silent_seconds": silent_seconds}, (moves or rests) and not document["held_back"]


class Look:
    """Connections to an installation that stay open between one look at it and the next."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._partitions = find_place(settings).partitions
        self._reader = PartitionReader(settings.brokers, topic_name(settings.prefix, OFFENCES), 0)
        self._published = Published(settings)
        self.store: Store = open_store(settings)

    def close(self) -> None:
        """Ends the connections."""
        self._reader.close()
        self._published.close()
        self.store.close()

    def document(self) -> dict[str, Any]:
        """The document of `harmwatch status`. Raises Unavailable."""
        position = self.store.position()
        ends = self._reader.ends(self._partitions)
        partitions = [
            {"partition": number, "applied": position.ledger.get(number, 0), "end": end}
            for number, end in sorted(ends.items())
        ]
        return {
            "board": self._settings.board,
            "state": _state(position),
            "as_of": format_instant(position.as_of) if position.entry is not None else None,
            "lag": sum(max(0, item["end"] - item["applied"]) for item in partitions),
            "outbox": position.outbox,
            "sequence": position.sequence,
            "entry": position.entry or 0,
            "partitions": partitions,
            "held_back": self._held_back(),
        }

    def standing(self, document: dict[str, Any], seconds: float) -> dict[str, Any]:
        """The document without the transactions that end soon: the relay's own do."""
        if not document["held_back"]:
            return document
        time.sleep(seconds)
        known = {(each["topic"], each["offset"]) for each in document["held_back"]}
        still = [each for each in self._held_back() if (each["topic"], each["offset"]) in known]
        return document | {"held_back": still}

    def _held_back(self) -> list[dict[str, Any]]:
        return [
            {"topic": each.topic, "offset": each.offset, "end": each.end, "producer_id": each.producer_id,
             "why": each.in_words()}
            for each in self._published.held_back()
        ]  # fmt: skip


def _state(position: Position) -> str:
    """One of STATES."""
    if position.entry is None:
        return "none"
    if position.recovering:
        return "recovering"
    if position.generation is None:
        return "closed"
    return "braked" if position.braked else "open"


def status_in_words(document: dict[str, Any]) -> str:
    """A few lines for a person."""
    lines = [
        f"board {document['board']} ({document['state']}), as of {document['as_of'] or 'nothing yet'}",
        f"lag {document['lag']} records, outbox {document['outbox']} entries, "
        f"entry {document['entry']}, alerts up to sequence {document['sequence']}",
    ]
    if "silent_seconds" in document:
        silent = document["silent_seconds"]
        lines.append("nothing was ever applied" if silent is None else f"last change {silent:.1f} s ago")
    if document["state"] == "braked":
        lines.append(
            "the brake is on: more than half of the last records would be refused; a worker's last words say why"
        )
    lines += [f"what was published cannot be read: {each['why']}" for each in document["held_back"]]
    lines += [f"  partition {p['partition']}: {p['applied']} of {p['end']}" for p in document["partitions"]]
    return "\n".join(lines)
