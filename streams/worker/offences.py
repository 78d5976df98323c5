"""The offence agent's work: one fetched batch becomes one applied run, or none at all."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from models.answers import Ahead, Braked, DrainFirst, Full, Leap, Rewind
from models.clock import ClockMode
from models.contribution import Run
from models.instants import EARLIEST
from models.record import Record
from runtime.events import Event, happened
from runtime.metrics.instruments import Noted
from scoring.assess import Assessor
from scoring.run import assess_run
from state.store import Applied
from streams.session import Session
from streams.transport.batch import Batch
from streams.worker.brake import Acceptance

_WAIT_FOR_RELAY_SECONDS = 0.02
_WAIT_FOR_THE_CLOCK_SECONDS = 0.5
_ENTRY_BYTES = 4 * 1024 * 1024
log = logging.getLogger(__name__)


class Outcome(Enum):
    """What came of a run: it is applied, nothing of it is known to be (rewind), or its partition is parked."""

    APPLIED = auto()
    REWIND = auto()
    PARKED = auto()


def is_heavy(records: Sequence[Record]) -> bool:
    """Whether the entry of a run could pass what a message of journal.v1 may hold, so that it is to be halved.

    A record moves two people at most, and each transition may name ids as long as the record three times over.
    """
    return len(records) > 1 and sum(6 * len(record.value or b"") + 200 for record in records) > _ENTRY_BYTES


@dataclass(frozen=True, slots=True)
class Offences:
    """Assesses and applies batches; `applied` hears of each change (the relay listens), `noted` of each run."""

    session: Session
    assess: Assessor
    clock: ClockMode
    applied: Callable[[Applied], None]
    noted: Noted
    acceptance: Acceptance

    def assess_batch(self, batch: Batch) -> Run:
        """The run that a batch makes."""
        return assess_run(batch.partition, batch.start, batch.end, batch.records, self.assess)

    async def propose(self, run: Run, records: Sequence[Record]) -> bool:
        """Sends a run while the one before it may still be in hand; False: nothing changed, `apply` it in its turn."""
        if is_heavy(records):
            return False
        answer = await self.session.propose(run)
        if not isinstance(answer, Applied):
            return False
        self.applied(answer)
        self.noted(run, answer)
        return True

    async def apply(self, run: Run, records: Sequence[Record]) -> Outcome:
        """Applies a run made from `records`; of one at which its partition is parked, what comes before that record."""
        if is_heavy(records):
            return await self._apply_halves(run, records)
        return await self._apply_light(run, records)

    async def _apply_light(self, run: Run, records: Sequence[Record]) -> Outcome:  # noqa: PLR0911  (one for each answer)
        drained = False
        while True:
            answer = await self.session.apply(run)
            match answer:
                case Applied():
                    self.applied(answer)
                    self.noted(run, answer)
                    return Outcome.APPLIED
                case Ahead(ledger):
                    return await self._apply_rest(run, records, ledger)
                case DrainFirst() if not drained or len(records) <= 1:
                    drained = await self._drain(run)
                    if not drained:
                        return Outcome.REWIND
                case DrainFirst():
                    return await self._apply_halves(run, records)
                case Rewind(reason):
                    log.info("rewind: %s", reason, extra=happened(Event.REWIND, partition=run.partition))
                    return Outcome.REWIND
                case Braked(offset=offset) if offset > run.start:
                    return await self._apply_cut(run, records, offset)
                case _:
                    if not await self._wait_or_accept(run, answer):
                        return Outcome.PARKED

    async def _wait_or_accept(self, run: Run, held_up: Full | Leap | Braked) -> bool:
        """Waits for what holds a run up; False where that needs a person who has said nothing yet."""
        match held_up:
            case Full():
                await asyncio.sleep(_WAIT_FOR_RELAY_SECONDS)
            case Leap():
                await asyncio.sleep(_WAIT_FOR_THE_CLOCK_SECONDS)
            case Braked():
                word = self.acceptance.word(run, held_up)
                if word is None:
                    return False
                if isinstance(await self.session.accept(word), Applied):
                    self.acceptance.use()
        return True

    async def _apply_rest(self, run: Run, records: Sequence[Record], ledger: int) -> Outcome:
        """What of a run lies behind the ledger."""
        if ledger >= run.end:
            return Outcome.APPLIED
        known = [record for record in records if record.offset >= ledger]
        return await self._apply_part(run, ledger, run.end, known)

    async def _apply_halves(self, run: Run, records: Sequence[Record]) -> Outcome:
        return await self._apply_cut(run, records, records[len(records) // 2].offset)

    async def _apply_cut(self, run: Run, records: Sequence[Record], cut: int) -> Outcome:
        """In two parts, of which the second begins at offset `cut`."""
        earlier = [record for record in records if record.offset < cut]
        outcome = await self._apply_part(run, run.start, cut, earlier)
        if outcome is not Outcome.APPLIED:
            return outcome
        return await self._apply_part(run, cut, run.end, records[len(earlier) :])

    async def _apply_part(self, run: Run, start: int, end: int, records: Sequence[Record]) -> Outcome:
        return await self.apply(assess_run(run.partition, start, end, records, self.assess), records)

    async def _drain(self, run: Run) -> bool:
        """Works off what the run's first record would end anyway; False to rewind.

        In event mode that is everything due up to its recorded_at, and without a report in it what is due by now; in
        wall mode time goes by the clocks.
        """
        earliest = next((item.recorded_at for item in run.contributions), EARLIEST)
        target = None if self.clock is ClockMode.WALL else earliest
        while True:
            answer = await self.session.tick(target)
            if isinstance(answer, Applied):
                self.applied(answer)
            match answer:
                case Applied(all_ended=True):
                    return True
                case Full():
                    await asyncio.sleep(_WAIT_FOR_RELAY_SECONDS)
                case Leap():
                    await asyncio.sleep(_WAIT_FOR_THE_CLOCK_SECONDS)
                case Rewind():
                    return False
