"""What happened since the desk was last taken: its load, the policies in force, and alerts that came late."""

from dataclasses import dataclass, field, replace
from typing import Self

from desk.band_change import BandBaseline, BandChange, EntranceChange
from models.alert import PolicyOut
from models.instants import DAY, SECOND, Micros

BUSY_SPAN = 600 * SECOND
LATE_AFTER, LONGEST_LATE = 60 * SECOND, 7 * DAY
"""Later than this an alert is late. What lies behind by more is of a board that the records' own clock moves."""

_MOST_SPANS = 100


@dataclass(frozen=True, slots=True)
class PolicyChange:
    """The first alert made by another policy than the one before it."""

    at: Micros
    sequence: int
    before: PolicyOut
    after: PolicyOut


@dataclass(frozen=True, slots=True)
class LateSpan:
    """From `since` until `until` the desk did not know of the alerts from `first` to `last`: an action came first."""

    since: Micros
    until: Micros
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class DeskShift:
    """Since the desk was last taken, or has had rules; `since` None: it has none.

    `busiest`: the ten minutes in which most entered, by their end, and how many. `actions` that were taken, by officer.
    `late`: the newest hundred.
    """

    since: Micros | None = None
    entered: int = 0
    left: int = 0
    busiest: tuple[Micros, int] | None = None
    actions: tuple[tuple[str, int], ...] = ()
    policies: tuple[PolicyChange, ...] = ()
    late: tuple[LateSpan, ...] = ()
    policy: PolicyOut | None = None
    """of the newest alert"""

    _newest: tuple[Micros, ...] = field(default=(), repr=False)
    """entrances of the last ten minutes"""

    def begun(self, at: Micros) -> Self:
        """Another one."""
        return type(self)(since=at, policy=self.policy)

    def wrote(self, by: str) -> Self:
        """An officer's action was taken."""
        counts = dict(self.actions)
        counts[by] = counts.get(by, 0) + 1
        return replace(self, actions=tuple(sorted(counts.items())))

    def with_change(self, change: BandChange, now: Micros) -> Self:
        """An alert came; `now`: the desk's time by its last action."""
        policy = change.policy or self.policy
        if self.since is None:
            return replace(self, policy=policy)
        shift = replace(self, policy=policy, policies=self._policies(change), late=self._late(change, now))
        return shift if isinstance(change, BandBaseline) else shift._counted(change)

    def _counted(self, change: BandChange) -> Self:
        if not isinstance(change, EntranceChange):
            return replace(self, left=self.left + 1)
        newest = (*(at for at in self._newest if at > change.at - BUSY_SPAN), change.at)
        is_busier = self.busiest is None or len(newest) > self.busiest[1]
        busiest = (change.at, len(newest)) if is_busier else self.busiest
        return replace(self, entered=self.entered + 1, busiest=busiest, _newest=newest)

    def _policies(self, change: BandChange) -> tuple[PolicyChange, ...]:
        before, after = self.policy, change.policy
        if before is None or after is None or before.digest == after.digest:
            return self.policies
        return (*self.policies, PolicyChange(change.at, change.sequence, before, after))

    def _late(self, change: BandChange, now: Micros) -> tuple[LateSpan, ...]:
        if not LATE_AFTER < now - change.at < LONGEST_LATE:
            return self.late
        last = self.late[-1] if self.late else None
        if last is not None and change.at <= last.until:
            return (*self.late[:-1], replace(last, until=max(last.until, now), last=change.sequence))
        return (*self.late[1 - _MOST_SPANS :], LateSpan(change.at, now, change.sequence, change.sequence))
