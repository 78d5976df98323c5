"""The offence agent's work: one fetched batch becomes one applied run, or none at all."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.answers import Ahead, DrainFirst, Full, Rewind
from models.clock import ClockMode
from models.contribution import Run
from models.record import Record
from scoring.run import Assess, assess_run
from state.store import Applied
from streams.session import Session
from streams.transport import Batch

_WAIT_FOR_RELAY_SECONDS = 0.02
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Offences:
    """Assesses and applies batches; `applied` is told after each change (the relay listens)."""

    session: Session
    assess: Assess
    clock: ClockMode
    applied: Callable[[], None]

    async def work(self, batch: Batch) -> bool:
        """Applies a batch; False when the board asks to rewind (nothing of it may be acknowledged then)."""
        return await self._apply(batch.partition, batch.start, batch.end, batch.records)

    async def _apply(self, partition: int, start: int, end: int, records: Sequence[Record]) -> bool:
        run = assess_run(partition, start, end, records, self.assess)
        drained = False
        while True:
            answer = await self.session.apply(run)
            match answer:
                case Applied():
                    self.applied()
                    return True
                case Ahead(ledger) if ledger >= end:
                    return True
                case Ahead(ledger):
                    known = [record for record in records if record.offset >= ledger]
                    return await self._apply(partition, ledger, end, known)
                case Full():
                    await asyncio.sleep(_WAIT_FOR_RELAY_SECONDS)
                case DrainFirst() if drained and len(records) > 1:
                    return await self._halves(partition, start, end, records)
                case DrainFirst():
                    drained = await self._drain(run)
                    if not drained:
                        return False
                case Rewind(reason):
                    log.info("rewind: %s", reason)
                    return False

    async def _halves(self, partition: int, start: int, end: int, records: Sequence[Record]) -> bool:
        middle = len(records) // 2
        cut = records[middle].offset
        return await self._apply(partition, start, cut, records[:middle]) and await self._apply(
            partition, cut, end, records[middle:]
        )

    async def _drain(self, run: Run) -> bool:
        """Works off what the run's first record would end anyway; False to rewind.

        In event mode that is everything due up to its recorded_at; in wall mode time is the store's.
        """
        target = None if self.clock is ClockMode.WALL else run.contributions[0].recorded_at
        while True:
            answer = await self.session.tick(target)
            self.applied()
            match answer:
                case Applied(as_of=as_of) if target is None or as_of >= target:
                    return True
                case Full():
                    await asyncio.sleep(_WAIT_FOR_RELAY_SECONDS)
                case Rewind():
                    return False
