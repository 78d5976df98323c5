"""Everything that alerts.v1 holds, and what deliveries tell of it: each event, and the band at any place."""

from collections.abc import Sequence

from delivery.alert_log import AlertLog
from delivery.delivery_event import DeliveryEvent
from harmwatch_client import Band, Event, Member
from models.errors import Unavailable


class SentAlerts:
    """Takes the events of a board in order. `log` says which of them concern a subscription.

    `due`: the sequence up to which a deliverer has had time to send.
    """

    def __init__(self) -> None:
        self.log = AlertLog(_read_nothing)
        self.due = 0
        self._band = Band()
        self._events: dict[int, DeliveryEvent] = {}
        self._stays: list[tuple[int, int | None, Member]] = []
        """from which sequence on it was known, up to which it lasted, and who"""

        self._open: dict[str, int] = {}

    def take(self, event: Event) -> None:
        """The next event. Raises what the client's Band raises."""
        self.log.take(event)
        before = dict(self._band.members)
        self._band.take(event)
        for stay in before.keys() - self._band.members.keys():
            at = self._open.pop(stay)
            begun, _, member = self._stays[at]
            self._stays[at] = begun, event.sequence, member
        for stay, member in self._band.members.items():
            if stay not in self._open:
                self._open[stay] = len(self._stays)
                self._stays.append((event.sequence, None, member))
        self._events[event.sequence] = DeliveryEvent.of(event)

    def event(self, sequence: int) -> DeliveryEvent | None:
        """What an alert or a baseline tells; None: it is not there."""
        return self._events.get(sequence)

    def members_at(self, sequence: int) -> Sequence[Member]:
        """Who was in the band behind an event."""
        return [
            member for begun, ended, member in self._stays if begun <= sequence and (ended is None or ended > sequence)
        ]


def _read_nothing(_offset: int, _count: int) -> Sequence[Event]:
    raise Unavailable("a verification reads no alert once more")
