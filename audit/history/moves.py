"""When a person entered the band and left it, by the alerts that said so."""

from dataclasses import dataclass

from audit.history.history_replay import AppliedEntry
from models.journal.transition import Transition


@dataclass(frozen=True, slots=True)
class AlertedMove:
    """A transition, and whether an alert was sent for it; `sent` False: it came before the baseline."""

    transition: Transition
    sent: bool


class Moves:
    """An observer: keeps every transition of one offender, in order."""

    def __init__(self, offender_id: str) -> None:
        self._offender_id = offender_id
        self._found: list[Transition] = []
        self._baseline: int | None = None

    def __call__(self, applied: AppliedEntry) -> None:
        """Looks through what came of an entry."""
        for entry in applied.done:
            if entry.baseline is not None:
                self._baseline = entry.baseline.last_sequence
            self._found += [move for move in entry.transitions if move.offender_id == self._offender_id]

    def alerted(self, *, awaited_baseline: bool) -> tuple[AlertedMove, ...]:
        """All of them; `awaited_baseline`: the board was to send nothing before its baseline."""
        silent_until = 0 if not awaited_baseline else self._baseline
        return tuple(
            AlertedMove(move, silent_until is not None and move.sequence > silent_until) for move in self._found
        )  # fmt: skip
