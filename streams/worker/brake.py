"""What a worker does when the brake stops a partition: it parks it, unless somebody accepts the refusals."""

import asyncio
import json
import logging
from collections import Counter
from typing import Any

import faust

from models.answers import Braked
from models.contribution import Run
from runtime.events import Event, happened
from streams.session import Session

_LOOK_SECONDS = 0.5
_REASONS_SHOWN = 3
log = logging.getLogger(__name__)


class Acceptance:
    """The word of the person who started this worker, on refusals and on the `clock`; each holds once.

    It is used up by the entry that records it: a board that is closed at that moment has not heard it.
    """

    def __init__(self, *, given: bool, clock: bool = False) -> None:
        self._given = given
        self._logged: set[tuple[int, int]] = set()
        self.clock = clock

    def word(self, run: Run, braked: Braked) -> str | None:
        """The body of the entry that records it; None where it was not given, or is used up, which is said."""
        if self._given:
            return acceptance_body(run.partition, braked.refused, braked.verdicts)
        place = run.partition, braked.offset
        if place not in self._logged:  # after each rebalance it is tried again
            self._logged.add(place)
            facts = happened(Event.PARKED, partition=run.partition, offset=braked.offset, refused=braked.refused)
            log.warning("%s", _render(run, braked), extra=facts)
        return None

    def use(self) -> None:
        """The entry stands."""
        self._given = False


def acceptance_body(partition: int, refused: int, verdicts: int, why: str | None = None) -> str:
    """The body of an entry by which the refusals of a partition are accepted."""
    body = {"partition": partition, "refused": refused, "verdicts": verdicts}
    return json.dumps(body if why is None else {**body, "why": why})


class ReleasePoller:
    """Seeks once somebody has released a partition that this worker has parked."""

    def __init__(self, session: Session, app: faust.App) -> None:
        self._session = session
        self._app = app

    async def run(self) -> None:
        """Never returns."""
        while True:
            await asyncio.sleep(_LOOK_SECONDS)
            consumer: Any = self._app.consumer
            parked = await self._session.parked() if consumer.parked else None
            if parked is not None and any(tp.partition not in parked for tp in consumer.parked):
                await consumer.perform_seek()


def _render(run: Run, braked: Braked) -> str:
    """A sender's own words, which the detail of a refusal quotes, are for `status` alone: no log holds free text."""
    counts = Counter(item.reason for item in run.refusals).most_common(_REASONS_SHOWN)
    first = {item.reason: item.offset for item in reversed(run.refusals)}
    reasons = "; ".join(
        f"{reason}, {count} in this run, the first at offset {first[reason]}" for reason, count in counts
    )
    return (
        f"partition {run.partition} is parked at offset {braked.offset}: {braked.refused} of its last "
        f"{braked.verdicts} records would be refused, more than half: {reasons} (`harmwatch status` shows it). Correct "
        "the sender of the reports, or the policy; if the refusals are right, "
        f"`harmwatch brake release --partition {run.partition} --why TEXT` lets them pass."
    )
