"""One look at an installation: the document of `harmwatch status`."""

from typing import Any

from cli.service.status_clock import clock_document
from cli.service.status_parked import parked_document
from models.instants import SECOND, format_instant
from runtime.broker_view import BrokerView
from runtime.installation import open_store
from runtime.settings import Settings
from runtime.topic_identity import find_place
from state.position import Position
from state.store import Store

STATES = ("none", "recovering", "closed", "clock", "parked", "open")


def look_once(settings: Settings) -> dict[str, Any]:
    """The document of one look, without `reasons`. Raises PreconditionFailed where topics are missing, Unavailable."""
    look = Look(settings)
    try:
        return look.document()
    finally:
        look.close()


class Look:
    """Connections to an installation that stay open between one look at it and the next.

    Raises PreconditionFailed where topics are missing, Unavailable.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        place = find_place(settings)
        self._partitions = place.partitions
        self.store: Store = open_store(settings)
        try:
            self._brokers = BrokerView(settings, place)
        except BaseException:
            self.store.close()
            raise

    def close(self) -> None:
        """Ends the connections."""
        self._brokers.close()
        self.store.close()

    def document(self) -> dict[str, Any]:
        """The document without its `reasons`. Raises Unavailable.

        The store is asked first: what it has applied was sent before.
        """
        position, silences = self.store.position(), self.store.silences(self._partitions)
        sent, held_back, group = self._brokers.sent(), self._brokers.held_back(), self._brokers.group()
        topic, owners = self._brokers.topic, group.owners
        behind = {each.partition: each.end - each.offset for each in held_back if each.topic == topic}
        partitions: list[dict[str, Any]] = [
            {
                "partition": number,
                "applied": position.ledger.get(number, 0),
                "end": end,
                "held_back": behind.get(number, 0),
                "owner": owners.get(number),
                "silent_seconds": _seconds(silences.partitions[number]),
            }
            for number, end in sorted(sent.items())
        ]
        return {
            "board": self._settings.board,
            "state": _state(position),
            "recovery": _recovery(position),
            "clock": clock_document(position),
            "workers": len(group.members),
            "settled": group.is_settled,
            "as_of": format_instant(position.as_of) if position.has_begun else None,
            "lag": sum(max(0, item["end"] - item["applied"]) for item in partitions),
            "outbox": position.outbox,
            "sequence": position.sequence,
            "entry": position.entry or 0,
            "silent_seconds": _seconds(silences.moved),
            "unpublished_seconds": _seconds(silences.published),
            "partitions": partitions,
            "parked": parked_document(position),
            "held_back": [
                {"topic": each.topic, "partition": each.partition, "offset": each.offset, "end": each.end,
                 "producer_id": each.producer_id, "why": each.render()}
                for each in held_back
            ],
        }  # fmt: skip


def _seconds(micros: int | None) -> float | None:
    return None if micros is None else micros / SECOND


def _recovery(position: Position) -> dict[str, Any] | None:
    """How far a worker has come that repeats the journal; None: none does."""
    rebuilding = position.rebuilding
    if rebuilding is None:
        return None
    return {"entry": position.entry or 0, "of": rebuilding.last, "seconds": _seconds(rebuilding.since_us)}


def _state(position: Position) -> str:
    """One of STATES."""
    if position.entry is None:
        return "none"
    if position.recovering:
        return "recovering"
    if position.generation is None:
        return "closed"
    if position.leap is not None:
        return "clock"
    return "parked" if position.parked else "open"
