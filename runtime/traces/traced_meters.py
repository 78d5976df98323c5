"""What counts a worker's work, and makes spans of a share of it: runs, transactions of the relay, alerts."""

import time
from collections import defaultdict, deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from opentelemetry.trace import SpanKind

from models.clock import ClockMode
from models.contribution import Run
from models.instants import SECOND
from models.journal.transition import Entry, EntryKind, Transition
from runtime.metrics.instruments import Noted
from runtime.metrics.meters import Meters
from runtime.traces.places import SpanPlace
from runtime.traces.tracer import Facts, Tracer
from state.answers import Applied

_IN_HAND = 4
"""Batches of a partition that are remembered: two are in hand, and one that came to nothing may lie before them."""
_SEQUENCES_LOOKED_AT = 1_000


@dataclass(slots=True)
class _Batch:
    """What is known of a batch before it is acknowledged; instants in Unix seconds."""

    start: int
    end: int
    begun_at: float
    assessed_at: float
    parts: list[tuple[Run, Applied, float]] = field(default_factory=list)


class TracedMeters(Meters):
    """Spans are made when all of them is over, so what is not traced costs one look at a number."""

    def __init__(self, tracer: Tracer, board: str, clock: ClockMode, topic: str) -> None:
        super().__init__(board, clock)
        self._tracer = tracer
        self._topic = topic
        self._batches: defaultdict[int, deque[_Batch]] = defaultdict(lambda: deque(maxlen=_IN_HAND))
        self._sequence: int | None = None
        self._transaction_seconds = 0.0

    def assessed(self, run: Run, seconds: float) -> None:
        """A batch has become a run."""
        super().assessed(run, seconds)
        now = time.time()
        self._batches[run.partition].append(_Batch(run.start, run.end, now - seconds, now))

    def hearing(self, noted: Noted) -> Noted:
        """Hears of each run that is applied as well."""

        def note(run: Run, answer: Applied) -> None:
            noted(run, answer)
            for batch in self._batches[run.partition]:
                if batch.start <= run.start < batch.end:
                    batch.parts.append((run, answer, time.time()))

        return note

    def acknowledged(self, run: Run, records: int, refused: Collection[str], sent_at: float | None) -> None:
        """A batch: nothing more comes of it."""
        super().acknowledged(run, records, refused, sent_at)
        batches = self._batches[run.partition]
        while batches:
            batch = batches.popleft()
            if batch.start == run.start:
                for part, answer, applied_at in batch.parts:
                    self._trace_run(batch, part, answer, applied_at)
                return

    def _trace_run(self, batch: _Batch, run: Run, answer: Applied, applied_at: float) -> None:
        place = self._tracer.places.of_entry(answer.entry)
        if not (self._moves_traced(answer.sequence) or self._tracer.places.takes(place)):
            return
        facts: Facts = {
            "harmwatch.board": self._board,
            "harmwatch.entry": answer.entry,
            "harmwatch.sequence": answer.sequence,
            "harmwatch.refused": len(run.refusals),
            "messaging.system": "kafka",
            "messaging.operation.type": "process",
            "messaging.destination.name": self._topic,
            "messaging.destination.partition.id": str(run.partition),
            "messaging.kafka.offset": run.start,
            "messaging.batch.message_count": run.end - run.start,
        }
        self._tracer.span("run", (batch.begun_at, time.time()), facts, kind=SpanKind.CONSUMER, place=place)
        self._tracer.span("assess", (batch.begun_at, batch.assessed_at), {}, under=place)
        self._tracer.span("apply", (batch.assessed_at, applied_at), {}, under=place)

    def _moves_traced(self, sequence: int) -> bool:
        """Whether an alert is traced of those that the board has made since the last run of this worker."""
        before, self._sequence = self._sequence, sequence
        begin = sequence - 1 if before is None else max(before, sequence - _SEQUENCES_LOOKED_AT)
        places = self._tracer.places
        return any(places.takes(places.of_alert(number)) for number in range(begin + 1, sequence + 1))

    def committed(self, seconds: float) -> None:
        """A transaction; what it held comes next, in the same thread."""
        super().committed(seconds)
        self._transaction_seconds = seconds

    def published(self, entries: Sequence[Entry], alerts: Mapping[str, int], letters: Sequence[str]) -> None:
        """What it held."""
        super().published(entries, alerts, letters)
        places, now = self._tracer.places, time.time()
        moves = [(entry, move) for entry in entries for move in entry.transitions]
        traced = [(entry, move) for entry, move in moves if places.takes(places.of_alert(move.sequence))]
        of_alerts = {entry.number for entry, _ in traced}
        numbers = [
            entry.number
            for entry in entries
            if entry.number in of_alerts or places.takes(places.of_entry(entry.number))
        ]
        if not numbers:
            return
        facts: Facts = {
            "harmwatch.board": self._board,
            "harmwatch.entry.first": entries[0].number,
            "harmwatch.entry.last": entries[-1].number,
            "harmwatch.alerts": sum(alerts.values()),
            "harmwatch.dead_letters": len(letters),
            "messaging.system": "kafka",
            "messaging.operation.type": "send",
        }
        links = [places.of_entry(number) for number in numbers]
        begun = now - self._transaction_seconds
        transaction = self._tracer.span("publish", (begun, now), facts, kind=SpanKind.PRODUCER, links=links)
        for entry, move in traced:
            self._trace_alert(entry, move, (begun, now), transaction)

    def _trace_alert(
        self, entry: Entry, move: Transition, published: tuple[float, float], transaction: SpanPlace
    ) -> None:
        """From the instant of the move, which a board by the wall knows, until the alert can be read."""
        places, (begun, now) = self._tracer.places, published
        facts: Facts = {
            "harmwatch.board": self._board,
            "harmwatch.entry": entry.number,
            "harmwatch.sequence": move.sequence,
            "harmwatch.transition": move.move.value,
            "harmwatch.cause": move.cause.kind.value,
        }
        run = [places.of_entry(entry.number)] if entry.kind is EntryKind.RUN else []
        moved_at = min(now, move.as_of / SECOND) if self._is_live else begun
        links = [*run, transaction]
        self._tracer.span("alert", (moved_at, now), facts, place=places.of_alert(move.sequence), links=links)
