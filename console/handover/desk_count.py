"""How much waits at the desk, as the head of every page says it."""

from dataclasses import dataclass

from console.frames import event_bytes
from desk.ageing import ageing_items
from desk.queue import queue
from desk.state import Desk


@dataclass(frozen=True, slots=True)
class DeskCount:
    """What waits, what may have been forgotten and how much of that is nobody's, and what waits for a second person."""

    queue: int = 0
    ageing: int = 0
    orphans: int = 0
    second_key: int = 0

    def event(self) -> bytes:
        """For pages that are live."""
        counts = {"queue": self.queue, "ageing": self.ageing, "orphans": self.orphans, "second-key": self.second_key}
        return event_bytes("waiting", counts)


def count_desk(desk: Desk) -> DeskCount:
    """Of a desk."""
    items = ageing_items(desk)
    orphans = sum(item.kind == "orphan" for item in items)
    return DeskCount(len(queue(desk)), len(items), orphans, len(desk.open_proposals))
