"""The offence agent's work: one fetched batch becomes one applied run, or none at all."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from models.answers import Ahead, Braked, DrainFirst, Full, Leap, Rewind
from models.clock import ClockMode
from models.contribution import Run
from models.record import Record
from scoring.assess import Assessor
from scoring.run import assess_run
from state.store import Applied
from streams.brake import Acceptance
from streams.clocks import leap_in_words
from streams.seldom import Seldom
from streams.session import Session
from streams.transport import Batch

_WAIT_FOR_RELAY_SECONDS = 0.02
_WAIT_FOR_THE_CLOCK_SECONDS = 0.5
_ENTRY_BYTES = 4 * 1024 * 1024
log = logging.getLogger(__name__)


def is_heavy(records: Sequence[Record]) -> bool:
    """Whether the entry of a run could pass what a message of journal.v1 may hold, so that it is to be halved.

    A record moves two people at most, and each transition may name ids as long as the record three times over.
    """
    return len(records) > 1 and sum(6 * len(record.value or b"") + 200 for record in records) > _ENTRY_BYTES


@dataclass(frozen=True, slots=True)
class Offences:
    """Assesses and applies batches; `applied` hears of each change (the relay listens), `noted` of each run's entry."""

    session: Session
    assess: Assessor
    clock: ClockMode
    applied: Callable[[Applied], None]
    noted: Callable[[int, int], None]
    acceptance: Acceptance
    leaps: Seldom = field(default_factory=lambda: Seldom(log))

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
        self.noted(run.partition, answer.entry)
        return True

    async def apply(self, run: Run, records: Sequence[Record]) -> bool:
        """Applies a run made from `records`; False when the board asks to rewind (nothing is acknowledged then).

        Raises TooManyRefusals when the brake stops it.
        """
        if is_heavy(records):
            return await self._apply_halves(run, records)
        return await self._apply_light(run, records)

    async def _apply_light(self, run: Run, records: Sequence[Record]) -> bool:
        drained = False
        while True:
            answer = await self.session.apply(run)
            match answer:
                case Applied():
                    self.applied(answer)
                    self.noted(run.partition, answer.entry)
                    return True
                case Ahead(ledger) if ledger >= run.end:
                    return True
                case Ahead(ledger):
                    known = [record for record in records if record.offset >= ledger]
                    return await self._apply_part(run, ledger, run.end, known)
                case Full() | Braked() | Leap() as held_up:
                    await self._clear_the_way(run, held_up)
                case DrainFirst() if drained and len(records) > 1:
                    return await self._apply_halves(run, records)
                case DrainFirst():
                    drained = await self._drain(run)
                    if not drained:
                        return False
                case Rewind(reason):
                    log.info("rewind: %s", reason)
                    return False

    async def _clear_the_way(self, run: Run, held_up: Full | Braked | Leap) -> None:
        match held_up:
            case Full():
                await asyncio.sleep(_WAIT_FOR_RELAY_SECONDS)
            case Leap():
                await self._wait_for_the_clock(held_up)
            case Braked():
                await self.session.accept(self.acceptance.use(run, held_up))

    async def _wait_for_the_clock(self, leap: Leap) -> None:
        self.leaps.warn(leap_in_words(leap))
        await asyncio.sleep(_WAIT_FOR_THE_CLOCK_SECONDS)

    async def _apply_halves(self, run: Run, records: Sequence[Record]) -> bool:
        middle = len(records) // 2
        cut = records[middle].offset
        first = await self._apply_part(run, run.start, cut, records[:middle])
        return first and await self._apply_part(run, cut, run.end, records[middle:])

    async def _apply_part(self, run: Run, start: int, end: int, records: Sequence[Record]) -> bool:
        return await self.apply(assess_run(run.partition, start, end, records, self.assess), records)

    async def _drain(self, run: Run) -> bool:
        """Works off what the run's first record would end anyway; False to rewind.

        In event mode that is everything due up to its recorded_at; in wall mode time goes by the clocks.
        """
        target = None if self.clock is ClockMode.WALL else run.contributions[0].recorded_at
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
                    await self._wait_for_the_clock(answer)
                case Rewind():
                    return False
