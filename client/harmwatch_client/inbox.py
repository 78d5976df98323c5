"""The inbox of a webhook's receiver: which numbers are new, which are repeats, and which is missing."""

from typing import Literal

from harmwatch_client.delivery import Delivery
from harmwatch_client.errors import BadPlace
from harmwatch_client.place import Place


class Inbox:
    """Keeps the last number that was done in `place`. One event at a time."""

    def __init__(self, place: Place) -> None:
        self._place = place

    def take(self, event: Delivery) -> Literal["new", "repeat"] | int:
        """`new`: act, then `done`. `repeat`: it was done, or has no number, so that there is nothing to do.

        A number: what it follows is missing; answer 409 with `{"expected": number}`, and it is sent. Raises BadPlace.
        """
        if event.number is None or event.follows is None:
            return "repeat"
        done = self._done()
        if event.follows > done:
            return done + 1
        return "new" if event.number > done else "repeat"

    def done(self, event: Delivery) -> None:
        """It is done, and with it whatever comes before. Raises BadPlace, and what the place raises."""
        if event.number is not None and event.number > self._done():
            self._place.save(str(event.number))

    def _done(self) -> int:
        text = self._place.load()
        if text is not None and not (text.isascii() and text.isdigit()):
            raise BadPlace("what was kept is no number")
        return int(text or 0)
