"""What one request is about: one event, a batch (a number for each event), or a digest (one number for all)."""

from dataclasses import dataclass
from typing import Literal

from delivery.bodies import make_batch, make_body, make_digest
from delivery.delivery_event import DeliveryEvent
from models.delivery.record import Sending

MOST_GATHERED = 200
"""So many alerts go into one digest; more come in the next one."""


@dataclass(frozen=True, slots=True)
class Composition:
    """`parts`: one event, or alerts in order. Fixed by its intent: whatever is tried again is the same."""

    kind: Literal["one", "batch", "digest"]
    parts: tuple[DeliveryEvent, ...]
    paced_until: str | None = None
    """the governor's state behind it; None: there is none, or it does not count"""

    @classmethod
    def one(cls, item: DeliveryEvent) -> "Composition":
        """An event by itself."""
        return cls("one", (item,))

    @classmethod
    def batch(cls, parts: tuple[DeliveryEvent, ...]) -> "Composition":
        """Several alerts with a number each; one alone is no batch."""
        return cls("one" if len(parts) == 1 else "batch", parts)

    @classmethod
    def again(cls, sending: Sending, parts: tuple[DeliveryEvent, ...]) -> "Composition":
        """As an intent has it."""
        return cls("batch" if sending.event == "batch" else "digest" if sending.event == "digest" else "one", parts)

    @property
    def event(self) -> Literal["band", "alert", "recall", "stall", "batch", "digest"]:
        """As intents name it."""
        return self.parts[0].event if self.kind == "one" else self.kind

    @property
    def sequences(self) -> tuple[int, ...]:
        """Of a batch or a digest; else none."""
        return () if self.kind == "one" else tuple(one.sequence for one in self.parts)

    def last(self, number: int) -> int:
        """The last number, where the first one is this."""
        return number + len(self.parts) - 1 if self.kind == "batch" else number

    def identity(self, subscription: str, number: int) -> str:
        """The event's own, or the name of what goes out together."""
        if self.kind == "one":
            return self.parts[0].id
        return f"{self.parts[0].board}:{subscription}:{number}-{self.last(number)}"

    def body(self, subscription: str, content: Literal["full", "thin"], number: int, follows: int) -> bytes:
        """Its bytes: a pure function of everything that is given here."""
        if self.kind == "one":
            return make_body(self.parts[0], subscription, content, number, follows)
        if self.kind == "batch":
            return make_batch(self.parts, subscription, content, number, follows)
        return make_digest(self.parts, self.identity(subscription, number), subscription, content, number, follows)
