"""Entrances and stays as a page can show them, asked for outside of the event loop."""

from collections.abc import Mapping

from console.stays.action_desk import ActionDesk
from console.stays.live_desk import DeskState
from console.stays.person_view import PersonView
from console.stays.queue_source import QueueSource
from console.store_threads import StoreThreads
from desk.state import Desk
from models.alert import Alert
from models.errors import Unavailable


async def readable_alerts(news: QueueSource, reads: StoreThreads, state: DeskState) -> Mapping[int, Alert]:
    """By stay; in clear where the key store answers in time, and else as they were published."""
    try:
        return await reads.ask(news.alerts, state)
    except Unavailable:
        return state.entrances


async def readable_stay(
    news: QueueSource, acting: ActionDesk, state: DeskState, sequence: int
) -> tuple[PersonView, Desk, Alert | None]:
    """What the store says, the desk with the texts of one stay in clear, and its alert; in time, or without."""
    lookup = acting.lookup
    try:
        return await acting.reads.ask(
            lambda: (lookup.ask(state, sequence), lookup.opened(state.desk, sequence), news.alert(state, sequence))
        )
    except Unavailable as error:
        trouble = PersonView(trouble=str(error))
        return trouble, lookup.unopened(state.desk, sequence), state.entrances.get(sequence)
