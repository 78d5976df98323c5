"""What this worker knows of the journal, to be noted with every commit of its group (broker/commit_notes.py)."""

import asyncio
import contextlib
import threading
from collections.abc import Awaitable, Callable

from broker.commit_notes import Note
from models.contribution import Run
from state.answers import Applied

_NOTE_SECONDS = 1.0
_LAST_SECONDS = 0.5


class CommitNotes:
    """Hears from the relay what is published and from the agent what is applied; both live in threads of their own."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._published = Note()
        self._noted = Note()
        self._runs: dict[int, int] = {}

    def published(self, journal: str, entry: int, sequence: int) -> None:
        """The journal with this topic id goes up to an entry, after which the board has this sequence."""
        with self._guard:
            self._published = Note(journal, entry, sequence)

    def applied(self, run: Run, answer: Applied) -> None:
        """The newest run of a partition is in an entry."""
        with self._guard:
            self._runs[run.partition] = answer.entry

    def beside(self, partition: int, before: str | None) -> str:
        """What to note beside an offset; `before` is what stood there."""
        with self._guard:
            known = self._published if partition == 0 else Note()
            newer = Note(known.journal, known.entry, known.sequence, self._runs.get(partition, 0))
            if partition == 0:
                self._noted = known
        return Note.read(before).updated(newer).text()

    def forget(self) -> None:
        """Another worker publishes from here on."""
        with self._guard:
            self._published = self._noted = Note()

    def owe(self) -> None:
        """A commit has failed: what was to stand beside it does not."""
        with self._guard:
            self._noted = Note()

    @property
    def is_owed(self) -> bool:
        """Whether something was published that is not noted yet."""
        with self._guard:
            return self._published != self._noted

    async def keep(self, commit: Callable[[], Awaitable[object]]) -> None:
        """Has it noted soon, also where no record comes that would be committed. Never returns."""
        while True:
            await asyncio.sleep(_NOTE_SECONDS)
            if self.is_owed:
                await commit()

    async def finish(self, commit: Callable[[], Awaitable[object]]) -> None:
        """Has the last of it noted, if Kafka answers."""
        if self.is_owed:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(commit(), _LAST_SECONDS)
