"""What was handled no longer counts once the score has grown, an offence was corrected, or the policy is another."""

import logging
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from console.stays.live_desk import DeskState, LiveDesk
from console.stays.person_lookup import PersonLookup
from desk.fold import CONSOLE
from desk.lapse_cause import lapse_cause, lapse_id
from desk.stay import Handling, Stay
from models.desk.action import LapseAction, action_bytes
from models.desk.rules import DeskRules
from models.errors import Unavailable
from models.instants import SECOND, format_instant
from runtime.events import Event, happened
from sight.board_view import BoardView

LOOK_SECONDS = 2.0
_KEPT = 10_000
"""Ids of lapses that were written: more than are on their way to the fold at once."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class LapseWriter:
    """Looks now and then, in one thread. Only a live and whole board speaks: one that is rebuilt lapses nothing."""

    book: LiveDesk
    lookup: PersonLookup
    write: Callable[[bytes], int]
    clock: Callable[[], float] = time.monotonic
    _next_at: float = field(default=0.0)
    _written: dict[str, None] = field(default_factory=dict)

    def look(self, view: BoardView, *, is_live: bool) -> None:
        """Writes what has lapsed by this view."""
        now = self.clock()
        if not is_live or now < self._next_at or self.book.why_stopped():
            return
        self._next_at = now + LOOK_SECONDS
        state = self.book.state()
        rules = state.desk.rules
        if rules is None:
            return
        for stay, handling in _handled(state, view):
            try:
                self._lapse(state, stay, handling, rules)
            except Unavailable as error:
                log.warning("a lapse is not written yet: %s", error, extra=happened(Event.NO_DESK))
                return

    def _lapse(self, state: DeskState, stay: Stay, handling: Handling, rules: DeskRules) -> None:
        """Where the store says so, of one moment. Raises Unavailable."""
        before, now = handling.basis, self.lookup.ask(state, stay.sequence).basis
        if before is None or now is None or now.entry <= before.entry:
            return
        key = self.lookup.key(state.desk, stay.sequence)
        cause = lapse_cause(key.open_basis(before), now, rules)
        if cause is None or (name := lapse_id(handling.action_id, cause)) in self._written:
            return
        sequence = state.desk.sequence
        lapse = LapseAction(
            action_id=name, at=format_instant(round(time.time() * SECOND)),
            after=sequence, sequence_seen=sequence, by=CONSOLE, role=CONSOLE, sign_in=None,
            stay=state.desk.name_of(stay.sequence), second_of=handling.action_id, cause=cause,
            basis=key.seal_basis(now),
        )  # fmt: skip
        self.write(action_bytes(lapse))
        self._written[name] = None
        if len(self._written) > _KEPT:
            del self._written[next(iter(self._written))]


def _handled(state: DeskState, view: BoardView) -> Iterator[tuple[Stay, Handling]]:
    """Those in the band whom somebody has handled, each to be asked about: a correction need not change a score."""
    for sequence in view.entrances.values():
        stay = state.desk.stays.get(sequence)
        if stay is None or stay.handling is None:
            continue
        basis = stay.handling.basis  # None: of a stay that had ended; it never lapses
        if basis is not None and view.entry > basis.entry:
            yield stay, stay.handling
