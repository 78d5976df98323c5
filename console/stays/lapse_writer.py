"""What was looked at, put off or closed no longer counts once the score has grown or another policy is in force."""

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from console.stays.asking import Asking
from console.stays.live_desk import DeskState, LiveDesk
from desk.fold import CONSOLE
from desk.stay import Handling, Stay
from models.desk.action import LapseAction, action_bytes
from models.desk.basis import Basis
from models.desk.rules import DeskRules
from models.errors import Unavailable
from models.instants import SECOND, format_instant
from runtime.events import Event, happened
from sight.poller import BoardView

LOOK_SECONDS = 2.0
log = logging.getLogger(__name__)


@dataclass(slots=True)
class LapseWriter:
    """Looks now and then, in one thread. Only a live and whole board speaks: one that is rebuilt lapses nothing."""

    book: LiveDesk
    asking: Asking
    write: Callable[[bytes], int]
    clock: Callable[[], float] = time.monotonic
    _next_at: float = field(default=0.0)

    def look(self, view: BoardView, *, is_live: bool) -> None:
        """Writes what has lapsed by this view."""
        now = self.clock()
        if not is_live or now < self._next_at:
            return
        self._next_at = now + LOOK_SECONDS
        state = self.book.state()
        rules = state.desk.rules
        if rules is None:
            return
        for stay, handling in _suspects(state, view, rules):
            try:
                self._lapse(state, stay, handling, rules)
            except Unavailable as error:
                log.warning("a lapse is not written yet: %s", error, extra=happened(Event.NO_DESK))
                return

    def _lapse(self, state: DeskState, stay: Stay, handling: Handling, rules: DeskRules) -> None:
        """Where the store says so too, of one moment. Raises Unavailable."""
        now = self.asking.ask(state, stay.sequence).basis
        cause = None if now is None else lapse_cause(handling.basis, now, rules)
        if now is None or cause is None or now.entry <= handling.basis.entry:
            return
        sequence = state.desk.sequence
        lapse = LapseAction(
            # Of two consoles that see it the same moment, the second one repeats the first.
            action_id=hashlib.sha256(f"lapse {handling.action_id}".encode()).hexdigest()[:32],
            at=format_instant(round(time.time() * SECOND)),
            after=sequence, sequence_seen=sequence, by=CONSOLE, role=CONSOLE, sign_in=None,
            stay=stay.sequence, of=handling.action_id, cause=cause, basis=now,
        )  # fmt: skip
        self.write(action_bytes(lapse))


def lapse_cause(before: Basis, now: Basis, rules: DeskRules) -> Literal["growth", "policy"] | None:
    """Why what rested on a basis no longer counts; None: it does."""
    if before.policy != now.policy:
        return "policy"
    return "growth" if now.score_millidays - before.score_millidays >= rules.growth_millidays else None


def _suspects(state: DeskState, view: BoardView, rules: DeskRules) -> Iterator[tuple[Stay, Handling]]:
    """Those in the band of whom the newest look says so: each is then asked about by itself."""
    scores = {row.offender_id: row.score for row in view.rows}
    for who, sequence in view.entrances.items():
        stay = state.desk.stays.get(sequence)
        if stay is None or stay.handling is None or who not in scores:
            continue
        basis = stay.handling.basis
        has_grown = scores[who] - basis.score_millidays >= rules.growth_millidays
        if view.entry > basis.entry and (has_grown or view.policy_digest != basis.policy):
            yield stay, stay.handling
