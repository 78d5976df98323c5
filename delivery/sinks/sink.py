"""The seam between a courier and whatever receives: event bytes become a request, and its answer an outcome."""

from typing import Protocol

from delivery.outcome import Outcome


class Sink(Protocol):
    """Of one subscription; one `send` at a time."""

    async def send(self, identity: str, body: bytes, /) -> Outcome:
        """One try. `body` is the event, as its intent has the digest; what is sent is a function of it and the terms.

        Raises nothing that a receiver, a network or a file could cause.
        """

    async def close(self) -> None:
        """Ends connections."""
