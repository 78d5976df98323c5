"""The band as the newest alerts tell it, held against the store's own at the same sequence."""

from collections.abc import Mapping, Set
from dataclasses import dataclass, field

from models.alert import Alert
from models.journal.transition import BandEntry, Move
from models.token import Token

_NAMED = 3


@dataclass(slots=True)
class AlertedBand:
    """Takes alerts in order. Of who entered before the first one nothing is known, and nothing is said.

    `difference` is what the newest comparison found: empty where store and alerts agree, or never met.
    """

    difference: str = ""
    _first: int = 0
    _newest: int = 0
    _inside: dict[str, int] = field(default_factory=dict)
    _awaited: tuple[int, Set[int]] | None = None

    def hold_against(self, sequence: int, entrances: Mapping[str, BandEntry]) -> None:
        """A look at the store: compared once alerts stand at its sequence, and never where they stand beyond it."""
        self._awaited = (sequence, {entrance.sequence for entrance in entrances.values()})
        self._compare()

    def take(self, alert: Alert) -> None:
        """The next alert; one that was taken already is passed over, and behind a gap all begins again."""
        if alert.sequence <= self._newest:
            return
        if not self._first or alert.sequence != self._newest + 1:
            self._first, self._inside = alert.sequence, {}
        self._newest = alert.sequence
        stay = _stay(alert.offender_id)
        if alert.transition is Move.ENTERED:
            self._inside[stay] = alert.sequence
        else:
            self._inside.pop(stay, None)
        self._compare()

    def _compare(self) -> None:
        if self._awaited is None or not self._first or self._awaited[0] != self._newest:
            return
        stored = {sequence for sequence in self._awaited[1] if sequence >= self._first}
        alerted = set(self._inside.values())
        parts = (_named("the board alone has", stored - alerted), _named("alerts alone have", alerted - stored))
        self.difference = ", ".join(filter(None, parts))
        self._awaited = None


def _stay(offender_id: str) -> str:
    """What both ends of a stay have in common: the id, or the key that its token names."""
    token = Token.read(offender_id)
    return offender_id if token is None else token.key_id


def _named(what: str, sequences: Set[int]) -> str:
    """The first few by number: an alert's number names nobody."""
    if not sequences:
        return ""
    first = ", ".join(str(sequence) for sequence in sorted(sequences)[:_NAMED])
    more = len(sequences) - _NAMED
    return f"{what} the entrance {first}{f' and {more} more' if more > 0 else ''}"
