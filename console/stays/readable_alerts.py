"""The entrances of a desk as a page can show them, asked for outside of the event loop."""

from collections.abc import Mapping

from console.stays.live_desk import DeskState
from console.stays.queue_source import QueueSource
from console.store_threads import StoreThreads
from models.alert import Alert
from models.errors import Unavailable


async def readable_alerts(news: QueueSource, reads: StoreThreads, state: DeskState) -> Mapping[int, Alert]:
    """By stay; in clear where the key store answers in time, and else as they were published."""
    try:
        return await reads.ask(news.alerts, state)
    except Unavailable:
        return state.entrances
