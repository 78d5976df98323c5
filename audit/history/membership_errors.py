"""A moment as it was known then, and as it is known later."""

from dataclasses import dataclass
from itertools import count, groupby
from operator import itemgetter

from audit.history.corrected_history import CorrectedHistory
from audit.history.history_replay import AppliedEntry, ReceivedReport
from audit.history.latest_revisions import LatestRevisions, assessed_under, without_future
from audit.history.own_records import in_force
from audit.history.parallel_replay import ParallelReplay
from audit.history.received_history import ReceivedHistory
from audit.replay.founding import Founding
from broker.reader import OpenReader
from models.contribution import Contribution, Run
from models.errors import BrokenInvariant, Unproved
from models.instants import Micros, format_instant
from models.journal.transition import Entry
from models.policy import Policy
from scoring.assess import Assessor
from scoring.engine import Engine

_NO_PARTITION = -1
"""What a board that stands still is given belongs to no partition of the input."""


@dataclass(frozen=True, slots=True)
class Hindsight:
    """The board that held at `at` by everything known at `known_at` (microseconds), under the policy of `at`."""

    founding: Founding
    at: int
    known_at: int
    engine: Engine
    policy: Policy
    corrected: CorrectedHistory


@dataclass(frozen=True, slots=True)
class MembershipError:
    """A person whose membership at a moment was another than is known later.

    `known_since` (microseconds): from when on it was known; None where exit_rank > size made it depend on
    the order of arrival.
    """

    offender_id: str
    was_in_band: bool
    known_since: int | None


class LaterRevisions:
    """An observer: the revisions that the board received after an instant."""

    def __init__(self, after: int) -> None:
        self.first_known_from: int | None = None
        self.reports: list[ReceivedReport] = []
        self._after = after

    def __call__(self, applied: AppliedEntry) -> None:
        """Takes in the reports of an entry."""
        for received in applied.received():
            self.first_known_from = received.known_from if self.first_known_from is None else self.first_known_from
            if received.known_from > self._after:
                self.reports.append(received)


def look_back(open_reader: OpenReader, at: Micros, known_at: Micros | None) -> tuple[Hindsight, LaterRevisions]:
    """What held at `at` by everything known at `known_at`, None: by now. Raises Unproved outside of the history."""
    return _look_back(open_reader, at, known_at, None)


def look_back_on_both(
    open_reader: OpenReader, at: Micros, known_at: Micros | None
) -> tuple[Hindsight, LaterRevisions, Engine]:
    """The same and the board as known at `at` itself, in one reading. Raises Unproved outside of the history."""
    then = ParallelReplay(open_reader, at)
    hindsight, later = _look_back(open_reader, at, known_at, then)
    return hindsight, later, then.board()


def _look_back(
    open_reader: OpenReader, at: Micros, known_at: Micros | None, then: ParallelReplay | None
) -> tuple[Hindsight, LaterRevisions]:
    knowledge, later = LatestRevisions(), LaterRevisions(at)
    past = ReceivedHistory(open_reader, knowledge, later, then=then)
    past.read(known_at)
    now = past.as_of
    if later.first_known_from is None or at < later.first_known_from:
        raise Unproved(f"{format_instant(at)} lies before the first report")
    if at > now:
        raise Unproved(f"the journal ends as of {format_instant(now)}: nothing is known yet of {format_instant(at)}")
    corrected = CorrectedHistory(past.reigns, knowledge)
    for _ in corrected.run(at):
        pass
    policy = in_force(past.reigns, at)
    return Hindsight(past.founding, at, now, corrected.engine, policy, corrected), later


def wrong_then(then: Engine, hindsight: Hindsight, later: LaterRevisions) -> list[MembershipError]:
    """Who was in the band as known then and should not have been, and the reverse; it uses `then` up."""
    was, should = then.members, hindsight.engine.members
    known_since = _known_since(then, hindsight.policy, later)
    after_reports = then.members
    return [
        MembershipError(who, who in was, known_since.get(who) if (who in after_reports) == (who in should) else None)
        for who in sorted(was ^ should, key=str.encode)
    ]


def _known_since(then: Engine, policy: Policy, later: LaterRevisions) -> dict[str, int]:
    """Gives a board whose clock stands still what became known later: when did each membership last change?"""
    at, since, places = then.as_of, dict[str, int](), count()
    for known_from, learnt in groupby(_moving(then, policy, later), key=itemgetter(0)):
        changed: set[str] = set()
        for _, item in learnt:
            revised, place = without_future(item, at)._replace(recorded_at=at), next(places)
            entry = then.apply(Run(_NO_PARTITION, place, place + 1, "", (revised,), ()), at)
            if not isinstance(entry, Entry):
                raise BrokenInvariant(f"a board that stands still was answered {type(entry).__name__}")
            for change in entry.transitions:
                changed ^= {change.offender_id}  # who leaves and comes back at one instant has not moved
        since |= dict.fromkeys(changed, known_from)
    return since


def _moving(then: Engine, policy: Policy, later: LaterRevisions) -> list[tuple[int, Contribution]]:
    """What became known later and when, without offences that are news to the board and count nothing at its instant.

    Most are: they were committed later, and move nobody on a board that stands still.
    """
    at, assess = then.as_of, Assessor(policy)
    learnt = [(received.known_from, assessed_under(received, policy, assess)[0]) for received in later.reports]
    counting = {(item.offender_id, item.offence_id) for _, item in learnt if item.weight.steps and item.anchor_at <= at}
    return [
        (known_from, item)
        for known_from, item in learnt
        if (item.offender_id, item.offence_id) in counting or then.knows(item.offender_id, item.offence_id)
    ]
