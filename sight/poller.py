"""What `harmwatch watch` sees at one moment, and how it keeps looking when Kafka or Redis goes away."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from broker.clients import GLANCE_BYTES, PartitionReader
from models.alert import Alert
from models.clock import ClockMode
from models.errors import HarmwatchError
from models.journal.transition import BandEntry
from models.topics import ALERTS, JOURNAL, topic_name
from runtime.settings import Settings
from sight.board_view import STALE_SECONDS, BoardView
from sight.exit_times import ExitTimes
from sight.health import Health
from sight.look import Look
from sight.look_document import LookDocument
from sight.opening import UnsealedAlerts
from sight.published_entry import PublishedEntry
from sight.recent_alerts import ALERTS_KEPT, RecentAlerts

_OFFSETS_READ = 4 * ALERTS_KEPT
"""The marker of each transaction takes an offset, too."""


@dataclass(slots=True)
class BoardPoller:
    """Looks at store and topics of an installation: down to the exit rank, and `below` more; opens them again after a
    failure. Whoever has entered among the first `band_size` stays in the band down to `exit_rank`.

    `wanted` is a person to look at as well.
    """

    settings: Settings
    band_size: int
    exit_rank: int
    below: int
    view: BoardView = field(default_factory=lambda: BoardView(time.monotonic(), moved_at=time.monotonic()))
    first_ranks: dict[str, int] | None = None
    wanted: str | None = None
    _applied: int | None = None
    _look: Look | None = None
    _alerts: PartitionReader | None = None
    _published: PublishedEntry | None = None
    _in_clear: UnsealedAlerts | None = None
    _recent: RecentAlerts = field(default_factory=RecentAlerts)
    _leaving: ExitTimes = field(default_factory=ExitTimes)
    _health: Health = field(init=False)

    def __post_init__(self) -> None:
        self._health = Health(self.settings.clock, STALE_SECONDS)

    def look(self) -> BoardView:
        """The newest view; of a world that does not answer the one before, with the trouble."""
        try:
            self.view = self._see()
        except HarmwatchError as error:
            self.close()
            self.view = replace(self.view, trouble=str(error))
        return self.view

    def close(self) -> None:
        """Ends the connections."""
        for part in (self._look, self._alerts, self._published, self._in_clear):
            if part is not None:
                part.close()
        self._look = self._alerts = self._published = self._in_clear = None

    def _see(self) -> BoardView:
        if self._look is None:
            self._look = Look(self.settings)
        published = self._newest_entry()  # before the store, which is never behind it
        look, sighting = self._look.sight(self.exit_rank + self.below)
        wanted = self.wanted
        rows, now = sighting.rows, time.monotonic()
        if self.first_ranks is None:
            self.first_ranks = {row.offender_id: row.rank for row in rows}
        record_at = self._record_at(sum(part.applied for part in look.partitions), now)
        resting = look.lag == 0 and self.settings.clock is ClockMode.EVENT
        moved = resting or record_at == now or look.as_of != self.view.as_of
        alerts = self._newest_alerts(look.sequence, sighting.entrances)
        return BoardView(
            seen_at=now,
            as_of=look.as_of,
            state=look.state,
            lag=look.lag,
            outbox=look.outbox,
            entry=look.entry,
            sequence=look.sequence,
            policy_digest=self._look.policy_digest,
            rows=rows,
            leaves_at=self._leaving.of(rows, self.exit_rank, self._look.store.offenders),
            entrances={who: entrance.sequence for who, entrance in sighting.entrances.items()},
            alerts=alerts,
            moved_at=now if moved else self.view.moved_at,
            record_at=record_at,
            person=self._look.store.offender(wanted) if wanted is not None else None,
            reasons=(*_set_back(look, published), *self._disagreement(), *self._health.judge(look, now)[0]),
            generation=self._look.generation,
            published=published,
        )

    def _newest_entry(self) -> int:
        if self._published is None:
            topic = topic_name(self.settings.prefix, JOURNAL)
            reader = PartitionReader(self.settings.brokers, topic, 0, GLANCE_BYTES)
            self._published = PublishedEntry(reader, self.settings.board)
        return self._published.newest()

    def _record_at(self, applied: int, now: float) -> float | None:
        before, self._applied = self._applied, applied
        return now if before is not None and applied != before else self.view.record_at

    def _disagreement(self) -> Iterator[str]:
        """Where alerts tell another band than the store holds at the same sequence."""
        difference = self._recent.band.difference
        if difference:
            yield f"board and alerts disagree: {difference} (harmwatch verify)"

    def _newest_alerts(self, sequence: int, entrances: Mapping[str, BandEntry]) -> tuple[Alert, ...]:
        if self._in_clear is None:
            self._in_clear = UnsealedAlerts.of(self.settings)
        if self._alerts is None:
            self._alerts = PartitionReader(self.settings.brokers, topic_name(self.settings.prefix, ALERTS), 0)
            self._recent = RecentAlerts()
        self._recent.band.hold_against(sequence, entrances)
        end = self._alerts.end()
        self._alerts.skip_to(end - _OFFSETS_READ)
        for record in self._alerts.read_until(end):
            self._recent.add(record.value)
        return self._recent.opened(self._in_clear)


def _set_back(look: LookDocument, published: int) -> Iterator[str]:
    """Where the store is open, and has forgotten what others were told of: until a worker notices, nothing holds."""
    if look.state == "open" and look.entry < published:
        yield f"the store is at entry {look.entry:,} and the journal at {published:,}: it was set back"
