"""The history as it would have gone, had everything that is known been reported in time.

Each policy that was in force stands at its instant, and reassesses all that holds by then, as it did live.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import islice

from audit.history.history_replay import Reign
from audit.history.latest_revisions import Key, KnownRevision, LatestRevisions, holding, unassessed
from models.board import OffenderView
from models.clock import ClockMode
from models.contribution import Contribution, Run, Weight
from models.errors import BrokenInvariant
from models.instants import LATEST
from models.journal.transition import Entry
from models.policy import Policy
from scoring.engine import Engine

_PARTITION = 0

_A_RUN = 1_000
"""So many revisions go into one call."""


class CorrectedHistory:
    """Tells everything known to a board of its own, under the policies of its time.

    `unassessed`: how many offences each of them could not assess. Such a one counts nothing until another can.
    """

    def __init__(self, reigns: Sequence[Reign], knowledge: LatestRevisions) -> None:
        first = reigns[0].policy
        self.engine = Engine(first.band_size, first.exit_rank, ClockMode.EVENT)
        self.unassessed: list[tuple[Policy, int]] = []
        self._reigns = reigns
        self._knowledge = knowledge
        self._times: dict[Key, int] = {}
        self._settled: set[Key] = set()
        self._runs = 0

    def run(self, until: int) -> Iterator[Entry]:
        """Tells it up to an instant (microseconds)."""
        ends = [reign.since for reign in self._reigns[1:]] + [LATEST + 1]
        for reign, end in zip(self._reigns, ends, strict=True):
            if reign.since > until:
                return
            timeline = self._knowledge.timeline(reign.policy)
            if reign is not self._reigns[0]:
                yield self._activate(reign, timeline)
            last = min(until, end - 1)
            yield from self._tell(known for known in holding(timeline, last) if known.key not in self._settled)
            count = unassessed(timeline, last + 1)
            self.unassessed += [(reign.policy, count)] if count else []
            ticked = self.engine.tick(min(until, end))
            if ticked is not None:
                yield ticked

    def offender(self, offender_id: str) -> OffenderView:
        """One person, with the revisions that are known."""
        person = self.engine.offender(offender_id)
        rows = [
            replace(row, revision=self._knowledge.revision(offender_id, row.offence_id)) for row in person.contributions
        ]
        return replace(person, contributions=rows)

    def _tell(self, timeline: Iterator[KnownRevision]) -> Iterator[Entry]:
        while received := list(islice(timeline, _A_RUN)):
            self._settled.update(known.key for known in received)
            yield self._apply(self._received_at(known.item, known.holds_from) for known in received)

    def _activate(self, reign: Reign, timeline: list[KnownRevision]) -> Entry:
        """What holds by then counts under the new policy; by another anchor it may hold later than it did before."""
        now, policy = list(holding(timeline, reign.since)), reign.policy
        for known in now:
            if known.key not in self._times:
                self._apply([self._received_at(_nothing(known.item), reign.since)])
        self._settled = {known.key for known in now}
        later = (_nothing(known.item) for known in timeline if known.key in self._times.keys() - self._settled)
        reassessed = [self._numbered(item) for item in (*(known.item for known in now), *later)]
        return self.engine.activate(policy.band_size, policy.exit_rank, reassessed, policy.entry_body())

    def _apply(self, items: Iterable[Contribution]) -> Entry:
        """One run: each of its items at its own instant."""
        entry = self.engine.apply(Run(_PARTITION, self._runs, self._runs + 1, "", tuple(items), ()))
        self._runs += 1
        if not isinstance(entry, Entry):
            raise BrokenInvariant(f"a corrected history was answered {type(entry).__name__}")
        return entry

    def _received_at(self, item: Contribution, at: int) -> Contribution:
        """The board takes a revision of an offence once: each time that it is received it gets the next number."""
        key = item.offender_id, item.offence_id
        revision = self._times[key] = self._times.get(key, 0) + 1
        return item._replace(revision=revision, recorded_at=at)

    def _numbered(self, item: Contribution) -> Contribution:
        """With the number that it had last."""
        return item._replace(revision=self._times[item.offender_id, item.offence_id])


def _nothing(item: Contribution) -> Contribution:
    return item._replace(weight=Weight(item.code, ()))
