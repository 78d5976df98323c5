"""The agent on offences.v1: each batch is assessed as one run, applied in its turn, and only then acknowledged."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import faust

from models.contribution import Run
from runtime.crash_points import Point, reach
from runtime.metrics.meters import Meters
from streams.transport.batch import Batch
from streams.worker.offences import Offences, Outcome
from streams.worker.pipeline import Pipeline

_RUNS_IN_HAND_SECONDS = 1.5


@dataclass(frozen=True, slots=True)
class _Job:
    """An event of Faust, whose value is a batch, and the run that the batch makes."""

    event: faust.EventT[Any]
    run: Run


class Agent:
    """One run is assessed, the next is on its way to the store, the one before it is applied; in order."""

    def __init__(self, app: faust.App, work: Offences, meters: Meters, failed: Callable[[BaseException], None]) -> None:
        self._app = app
        self._work = work
        self._meters = meters
        self._failed = failed
        self._leaving = False
        self._pipeline = Pipeline(self._propose, self._settle, failed)

    async def run(self, stream: faust.StreamT[Any]) -> None:
        """Takes every batch of the stream, until one cannot be assessed."""
        async for event in stream.noack().events():
            if self._leaving:
                continue
            try:
                run = self._assess(event.value)
            except Exception as error:  # Faust would go on behind the batch
                self._failed(error)
                return
            await self._pipeline.put(_Job(event, run))

    def _assess(self, batch: Batch) -> Run:
        reach(Point.RECEIVED)
        begun = time.perf_counter()
        run = self._work.assess_batch(batch)
        self._meters.assessed(run, time.perf_counter() - begun)
        reach(Point.DECODED)
        return run

    async def _propose(self, job: _Job) -> bool:
        batch = job.event.value
        awaited = self._app.consumer.awaits(job.event.message.tp, batch)
        return awaited and await self._work.propose(job.run, batch.records)

    async def _settle(self, job: _Job, applied: bool) -> None:
        consumer, batch, tp = self._app.consumer, job.event.value, job.event.message.tp
        outcome = Outcome.APPLIED if applied else None
        if not applied and consumer.awaits(tp, batch):
            outcome = await self._work.apply(job.run, batch.records)
        consumer.done_with(batch)
        if outcome is Outcome.APPLIED:
            reach(Point.APPLIED)
            job.event.ack()
            reach(Point.ACKNOWLEDGED)
            self._count(batch, job.run)
        elif outcome is Outcome.PARKED:
            consumer.park(tp)
        elif outcome is Outcome.REWIND and batch.epoch == consumer.epoch:
            await consumer.perform_seek()

    def _count(self, batch: Batch, run: Run) -> None:
        sent_at = batch.records[0].timestamp_ms / 1_000 if batch.records else None
        reasons = [refusal.reason for refusal in run.refusals]
        self._meters.acknowledged(run, len(batch.records), reasons, sent_at)

    def leave(self) -> None:
        """Takes no more batches."""
        self._leaving = True

    def stop(self) -> None:
        """The worker fails: no run in hand is applied any more, since the one before may not be."""
        self._pipeline.stop()

    async def finish(self) -> None:
        """Returns once the runs in hand are applied, within a few seconds."""
        await self._pipeline.finish(_RUNS_IN_HAND_SECONDS)
