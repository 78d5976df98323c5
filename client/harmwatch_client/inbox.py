"""Which webhooks are new, by their numbers: nothing is taken twice, and nothing past one that is missing."""

import json
from typing import Literal

from harmwatch_client.errors import BadPlace
from harmwatch_client.place import Place
from harmwatch_client.webhooks import Delivery


class Inbox:
    """Of one subscription. Raises BadPlace for a place, or a delivery, of another one."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._subscription: str | None = None
        self._last = 0
        text = place.load()
        if text is not None:
            self._subscription, self._last = _read(text)

    def take(self, delivery: Delivery) -> Literal["new", "repeat"] | int:
        """`new`: act, then call `done`; `repeat`: it was done, answer 204 again. A number: answer 409 with
        `{"expected": it}`, and harmwatch goes back there. What has no number, as a heartbeat, is always new.
        """
        if delivery.number is None:
            return "new"
        self._check(delivery)
        if delivery.number <= self._last:
            return "repeat"
        # Numbers between the two were set aside by a person, and are not sent.
        return "new" if (delivery.follows or 0) <= self._last else self._last + 1

    def done(self, delivery: Delivery) -> None:
        """It is done: keeps its number. Raises what the place raises."""
        if delivery.number is None:
            return
        self._check(delivery)
        if delivery.number > self._last:
            self._place.save(json.dumps({"subscription": delivery.subscription, "number": delivery.number}))
            self._subscription, self._last = delivery.subscription, delivery.number

    def _check(self, delivery: Delivery) -> None:
        if self._subscription not in {None, delivery.subscription}:
            raise BadPlace(f"the place is one of {self._subscription!r}, not of {delivery.subscription!r}")


def _read(text: str) -> tuple[str, int]:
    try:
        told = json.loads(text)
        subscription, number = told["subscription"], told["number"]
    except (ValueError, TypeError, KeyError) as error:
        raise BadPlace(f"this is no place of an inbox: {text[:80]!r}") from error
    if type(subscription) is not str or type(number) is not int:
        raise BadPlace(f"this is no place of an inbox: {text[:80]!r}")
    return subscription, number
