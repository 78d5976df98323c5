"""The desk as this console knows it: what both topics have come to, and which alert began which stay."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass

from desk.band_change import BandChange
from desk.band_reader import BandReader, is_corrected_out
from desk.fold import DeskFold, PlacedAction
from desk.moments import DeskMoments
from desk.state import Desk
from desk.verdict import Verdict
from harmwatch_client import Baseline, Event
from models.alert import Alert, PolicyOut
from models.desk.action import Action, read_action
from models.instants import Micros, parse_instant
from models.record import Record
from runtime import events

STOPPED_SECONDS = 5.0
"""So long an alert that an action stands behind may take to come: then the desk is said to stand still."""

_MILLISECOND = 1_000
_ALERTS_KEPT = 5_000
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DeskState:
    """At one moment: the desk, and the alerts, as they were sent, with which stays began that matter still."""

    desk: Desk
    entrances: Mapping[int, Alert]
    waiting: int
    """actions that stand behind an alert which has not come"""


class LiveDesk:
    """Takes what the feed reads, in its thread; any thread asks."""

    def __init__(self, board: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._board, self._clock = board.encode(), clock
        self._stopped: tuple[PlacedAction, float] | None = None
        self._fold, self._band, self._is_bound = DeskFold(), BandReader(), False
        self._entrances: dict[int, Alert] = {}
        self._verdicts: dict[int, Verdict] = {}
        self._first: dict[str, Verdict] = {}
        self._actions: dict[str, Action] = {}
        self._news = threading.Condition()
        self._show()

    @property
    def is_bound(self) -> bool:
        """Whether it is known of which history it is to be."""
        return self._is_bound

    def bind(self, first_entry: str) -> None:
        """It is about the journal whose entry 1 has this hash; to be said before anything is taken."""
        with self._news:
            self._fold, self._is_bound = DeskFold(first_entry), True

    def take(self, alerts: Sequence[Event], done: Sequence[Record]) -> None:
        """What came since the last time; records that are no action are passed over.

        Raises PreconditionFailed where the rules are about another journal, or a later harmwatch's.
        """
        with self._news:
            for event in alerts:
                self._fold.add_change(self._change(event))
            for record in done:
                self._act(record)
            for verdict in self._fold.verdicts:
                self._verdicts[verdict.offset] = self._first.setdefault(verdict.action_id, verdict)
            self._fold.verdicts.clear()
            self._note_where_it_stands()
            self._forget()
            self._show()
            self._news.notify_all()

    def state(self, at: Micros | None = None) -> DeskState:
        """As it stands; with the terms that have fallen due at `at`. Waits for no turn of the feed."""
        moments, entrances, waiting = self._shown
        return DeskState(moments.at(at), entrances, waiting)

    def why_stopped(self) -> str:
        """Why no action has been folded for some seconds; empty: nothing waits for an alert that does not come."""
        stopped = self._stopped
        if stopped is None or self._clock() - stopped[1] < STOPPED_SECONDS:
            return ""
        act = stopped[0]
        where = f"the action at offset {act.offset:,} stands behind alert {act.action.after:,}, which is not there"
        return f"the desk stands still: {where}; run `harmwatch verify --desk`"

    def known(self, action_id: str) -> Verdict | None:
        """What became of an action that is here already; None: it is not."""
        with self._news:
            return self._first.get(action_id)

    def action(self, action_id: str) -> Action | None:
        """The one that has this id: of several the first."""
        with self._news:
            return self._actions.get(action_id)

    def verdict(self, offset: int, seconds: float) -> Verdict | None:
        """Of the action at an offset, or of the one whose id it repeats; waits for it so long. None: not known yet."""
        with self._news:
            self._news.wait_for(lambda: offset in self._verdicts, seconds)
            return self._verdicts.get(offset)

    def _note_where_it_stands(self) -> None:
        first = self._fold.stopped_at
        if first is None:
            self._stopped = None
        elif self._stopped is None or self._stopped[0] is not first:
            self._stopped = first, self._clock()

    def _change(self, event: Event) -> BandChange:
        at, policy = parse_instant(event.as_of), _policy_of(event)
        if isinstance(event, Baseline):
            members = [
                (each["entered_sequence"], each["offender_id"], parse_instant(each["in_band_since"]))
                for each in event.band
            ]
            return self._band.baseline(event.sequence, members, at, policy)
        alert: Alert | None = None
        with suppress(ValueError):  # what the client takes for an alert may lack what a sentence needs
            alert = Alert.model_validate_json(event.value)
        if event.transition == "entered":
            if alert is not None:
                self._entrances[event.sequence] = alert
            return self._band.entered(event.sequence, event.offender_id, at, policy)
        is_correction = alert is not None and is_corrected_out(alert)
        return self._band.left(event.sequence, event.offender_id, at, policy, is_correction=is_correction)

    def _act(self, record: Record) -> None:
        action = read_action(record.value)
        if action is None or record.key != self._board:
            text = "offset %d of officer-actions.v1 is no action of this board: it is passed over"
            log.warning(text, record.offset, extra=events.happened(events.Event.FOREIGN_RECORD, offset=record.offset))
        else:
            self._actions.setdefault(action.action_id, action)
            self._fold.add_act(PlacedAction(record.offset, Micros(record.timestamp_ms * _MILLISECOND), action))

    def _show(self) -> None:
        """Once for all who ask until something else comes."""
        self._shown = DeskMoments(self._fold.shown()), dict(self._entrances), self._fold.waiting

    def _forget(self) -> None:
        """The alerts of the oldest stays that are over."""
        if len(self._entrances) <= _ALERTS_KEPT:
            return
        stays = self._fold.desk().stays
        over = [number for number in self._entrances if number in stays and stays[number].end_sequence is not None]
        for number in over[: len(self._entrances) - _ALERTS_KEPT // 2]:
            del self._entrances[number]


def _policy_of(event: Event) -> PolicyOut | None:
    """None: nobody can read it."""
    try:
        return PolicyOut.model_validate(event.data.get("policy"))
    except ValueError:  # pydantic's ValidationError is one
        return None
