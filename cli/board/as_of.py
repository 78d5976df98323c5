"""How far the live board has come."""

from models.instants import format_instant
from runtime.settings import Settings
from runtime.topic_identity import find_place
from state.store import Store


def live_as_of(settings: Settings, store: Store) -> int | None:
    """In microseconds; None before the board's first record or tick.

    Before its first entry the operator may have the wrong HARMWATCH_PREFIX, and is warned.
    """
    position = store.position()
    if position.entry is None:
        find_place(settings)
    return position.as_of if position.has_begun else None


def instant(micros: int | None) -> str | None:
    """As documents have it; None stays None."""
    return None if micros is None else format_instant(micros)
