"""What the desk says of a person's stays: whose they are, and how far."""

from collections.abc import Sequence
from dataclasses import dataclass

from console.stays.person_lookup import PersonLookup
from console.stays.queue_source import QueueSource
from console.stays.stay_text import STATE_WORDS, kind_of, state_words
from console.store_threads import StoreThreads


@dataclass(frozen=True, slots=True)
class StayLine:
    """One stay as the desk has it."""

    address: str
    word: str
    state: str


@dataclass(frozen=True, slots=True)
class PersonStays:
    """The stays of a person at the desk of a console."""

    news: QueueSource
    lookup: PersonLookup
    reads: StoreThreads

    async def who(self, sequence: int) -> str | None:
        """Whose stay it is; None: the desk has none, or it cannot be read any more. Raises Unavailable."""
        state = self.news.book.state(self.news.now())
        return await self.reads.ask(self.lookup.who, state, sequence) if sequence in state.desk.stays else None

    def lines(self, alert_ids: Sequence[str]) -> dict[str, StayLine]:
        """Those of these entrances that the desk knows, by their alert."""
        state = self.news.book.state(self.news.now())
        found = {}
        for alert_id in alert_ids:
            stay = state.desk.stays.get(int(alert_id.rpartition(":")[2]))
            if stay is not None:
                words = state_words(state.desk, stay, self.news.clock)
                found[alert_id] = StayLine(f"/stays/{alert_id}", STATE_WORDS[kind_of(stay)], words)
        return found
