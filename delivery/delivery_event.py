"""What a number tells: an alert or a baseline as it lies on alerts.v1, the first band, a recall, or a stall."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal

from harmwatch_client import Alert, Event, Member
from models.canonical import canonical_json
from models.delivery.order import RecallOrder
from models.delivery.recall import RECALLED, Recall
from models.delivery.record import Opened
from models.delivery.stall import STALLED, Stall, StallNotice

BAND = "harmwatch.delivery.band"
_EVENTS: dict[str, Literal["band", "recall", "stall"]] = {BAND: "band", RECALLED: "recall", STALLED: "stall"}


@dataclass(frozen=True, slots=True)
class DeliveryEvent:
    """`value`: the JSON of it, byte by byte as it lies there; `thin`: what of it names nobody, and no offence."""

    id: str
    board: str
    type: str
    sequence: int
    as_of: str | None
    subject: str | None
    value: bytes
    thin: dict[str, Any]  # Any: JSON
    order: int | None = None
    """of a recall"""

    stall: Stall | None = None
    """of another subscription"""

    @classmethod
    def of(cls, event: Event) -> "DeliveryEvent":
        """An event of the topic."""
        subject = dict(event.headers).get("ce_subject")
        transition = event.transition if isinstance(event, Alert) else "baseline"
        thin = {
            "alert_id": event.id, "sequence": event.sequence, "transition": transition, "as_of": event.as_of,
            "policy": event.data.get("policy"),
        }  # fmt: skip
        named = None if subject is None else subject.decode(errors="replace")
        return cls(event.id, event.board, event.type, event.sequence, event.as_of, named, event.value, thin)

    @classmethod
    def recall(cls, board: str, at: int, order: RecallOrder, opened: Opened) -> "DeliveryEvent":
        """That an event does not hold, by an order at this offset; it names nobody.

        An erasure names the band with which a subscription began as well, where the alert stood before it.
        """
        is_in_band = order.asked == "erase" and opened.band and order.sequence <= opened.place
        band = [band_id(board, opened.subscription)] if is_in_band else []
        content = Recall(
            board=board, recalls=(order.alert_id, *band), sequence=order.sequence,
            asked=order.asked, reason=order.reason, intervals=order.intervals, as_of=order.at,
        ).model_dump(mode="json")  # fmt: skip
        identity = f"{board}:recall:{at}"
        return cls(identity, board, RECALLED, order.sequence, order.at, None, canonical_json(content), content, at)

    @classmethod
    def stalled(cls, board: str, stall: Stall, place: int) -> "DeliveryEvent":
        """That another subscription is stalled, to one that was told up to this sequence."""
        content = StallNotice(board=board, **stall.model_dump()).model_dump(mode="json")
        identity = f"{board}:{stall.stalled}:stalled:{stall.since}"
        return cls(identity, board, STALLED, place, stall.since, None, canonical_json(content), content, stall=stall)

    @property
    def event(self) -> Literal["band", "alert", "recall", "stall"]:
        """As intents name it."""
        return _EVENTS.get(self.type, "alert")

    @classmethod
    def band(cls, board: str, opened: Opened, sequence: int, members: Iterable[Member]) -> "DeliveryEvent":
        """Who is in the band at a sequence, in order of entrance; a later one than that of the opening says which."""
        rows = [
            {"offender_id": one.offender_id, "alert_id": one.alert_id, "sequence": one.sequence, "since": one.since}
            for one in sorted(members, key=lambda one: one.sequence)
        ]
        nameless = [{key: value for key, value in row.items() if key != "offender_id"} for row in rows]
        content = {"board": board, "sequence": sequence}
        value = canonical_json(content | {"members": rows})
        thin = content | {"members": nameless}
        name = band_id(board, opened.subscription)
        identity = name if sequence == opened.place else f"{name}:{sequence}"
        return cls(identity, board, BAND, sequence, None, None, value, thin)


def band_id(board: str, subscription: str) -> str:
    """Of the event with which a subscription begins."""
    return f"{board}:{subscription}:band"
