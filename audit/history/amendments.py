"""Past alerts which, as known now, would not have been sent."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from audit.history.corrected_history import CorrectedHistory
from audit.history.history_replay import AppliedEntry, HistoryReplay, Reign
from audit.history.latest_revisions import LatestRevisions
from audit.history.own_records import OwnRecords, in_force
from audit.history.stays import Stay, Stays, clipped, gaps
from audit.replay.founding import Founding
from broker.reader import OpenReader
from models.instants import Micros
from models.journal.transition import Move, Transition
from models.policy import Policy


@dataclass(frozen=True, slots=True)
class Amendment:
    """An alert that was sent, and the intervals [from, to) in which what it said did not hold (microseconds).

    `by_others`: what is known of the person themselves at that instant is what it was then.
    """

    alert: Transition
    intervals: tuple[tuple[int, int], ...]
    by_others: bool = False


class SentAlerts:
    """An observer: the transitions that were sent as alerts, and everyone's stays in the band."""

    def __init__(self) -> None:
        self.stays = Stays()
        self.baseline: int | None = None
        self._transitions: list[Transition] = []

    def __call__(self, applied: AppliedEntry) -> None:
        """Takes in what an entry did."""
        for entry in applied.done:
            self.stays.take(entry.transitions)
            self._transitions += entry.transitions
            if entry.baseline is not None:
                self.baseline = entry.baseline.last_sequence

    def alerts(self, founding: Founding, since: int | None) -> list[Transition]:
        """Those from `since` on; what came before the baseline was not sent."""
        if founding.alerts_after is not None and self.baseline is None:
            return []
        sent = self._transitions if self.baseline is None else self._transitions[self.baseline :]
        return [change for change in sent if since is None or change.as_of >= since]

    def full_since(self, reigns: Sequence[Reign]) -> int | None:
        """When the band was first full, sent or not (microseconds); None: never."""
        people = 0
        for change in self._transitions:
            people += 1 if change.move is Move.ENTERED else -1
            if people >= in_force(reigns, change.as_of).band_size:
                return change.as_of
        return None


@dataclass(frozen=True, slots=True)
class Amendments:
    """Every alert that would not have been sent, by what is known at `now` (microseconds).

    `alerts`: how many were sent about whom it was asked, those of the first days included.
    `unassessed`: how many offences the policies of their time could not assess; they counted nothing then.
    `first_days`: how many were left out, as they were sent before the band was first full, at `full_since`.
    """

    founding: Founding
    now: int
    found: tuple[Amendment, ...]
    unassessed: tuple[tuple[Policy, int], ...]
    alerts: int
    first_days: int = 0
    full_since: int | None = None


def amendments(
    open_reader: OpenReader, since: Micros | None, offender_id: str | None = None, *, with_first_days: bool = False
) -> Amendments:
    """Those among the alerts from `since` on, of one person or all. Raises Unproved, Unavailable."""
    sent, knowledge = SentAlerts(), LatestRevisions()
    past = HistoryReplay(open_reader, sent, knowledge)
    now, founding = past.as_of().as_of, past.founding
    corrected_stays = Stays()
    corrected = CorrectedHistory(past.reigns, knowledge)
    for entry in corrected.run(now):
        corrected_stays.take(entry.transitions)
    alerts = sent.alerts(founding, since)
    about = sum(offender_id in (None, alert.offender_id) for alert in alerts)
    every = amended(alerts, sent.stays, corrected_stays, now)
    of_them = [one for one in every if offender_id in (None, one.alert.offender_id)]
    full_since = None if with_first_days else sent.full_since(past.reigns)
    found = [one for one in of_them if full_since is None or one.alert.as_of >= full_since]
    own = OwnRecords(past.reigns, knowledge, {one.alert.offender_id for one in found})
    found = [replace(one, by_others=own.unchanged(one.alert.offender_id, one.alert.as_of)) for one in found]
    first_days = len(of_them) - len(found)
    return Amendments(founding, now, tuple(found), tuple(corrected.unassessed), about, first_days, full_since)


def amended(alerts: list[Transition], actual: Stays, corrected_stays: Stays, now: int) -> Iterator[Amendment]:
    """Those of the alerts that did not hold at their own instant, by the stays as they are known now.

    One that was followed at the same instant by another about the same person announced nothing that lasted.
    """
    lasting = {(alert.offender_id, alert.as_of): alert.sequence for alert in alerts}
    for alert in alerts:
        if lasting[alert.offender_id, alert.as_of] != alert.sequence:
            continue
        truth = corrected_stays.of(alert.offender_id)
        begin, end = alert.as_of, _next_move(alert, actual.of(alert.offender_id), now)
        if begin == end or any(stay.holds(begin) for stay in truth) == (alert.move is Move.ENTERED):
            continue
        wrong = gaps(truth, begin, end) if alert.move is Move.ENTERED else clipped(truth, begin, end)
        yield Amendment(alert, tuple(wrong))


def _next_move(alert: Transition, stays: list[Stay], now: int) -> int:
    """Until when it was taken for true what the alert said."""
    if alert.move is Move.ENTERED:
        return next((stay.end or now for stay in stays if stay.start == alert.as_of), alert.as_of)
    return next((stay.start for stay in stays if stay.start >= alert.as_of), now)
