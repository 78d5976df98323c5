"""Stays from alerts: each end is matched with its beginning, also where nobody can read whose it is."""

from collections.abc import Iterable

from desk.band_change import BandBaseline, EntranceChange, ExitChange
from models.alert import Alert, PolicyOut
from models.instants import Micros
from models.journal.transition import CauseKind
from models.token import Token

_CORRECTIONS = frozenset({CauseKind.AMENDMENT, CauseKind.WITHDRAWAL})


class BandReader:
    """Takes alerts by sequence, and the baseline first.

    A sealed stay stands under one key from its entrance to its end, and the key's id is readable for ever: so it is
    matched the same way before and after an erasure, without any key.
    """

    def __init__(self) -> None:
        self._open: dict[str, int] = {}

    def entered(self, sequence: int, person: str, at: Micros, policy: PolicyOut | None = None) -> EntranceChange:
        """A person enters."""
        self._open[_identity(person)] = sequence
        return EntranceChange(sequence, person, at, policy)

    def left(
        self, sequence: int, person: str, at: Micros, policy: PolicyOut | None = None, *, is_correction: bool = False
    ) -> ExitChange:
        """A person leaves; of a stay that was never seen to begin, nothing ends."""
        return ExitChange(sequence, self._open.pop(_identity(person), None), at, is_correction, policy)

    def baseline(
        self, sequence: int, members: Iterable[tuple[int, str, Micros]], at: Micros, policy: PolicyOut | None = None
    ) -> BandBaseline:
        """The band that alerts begin with: of each member the sequence of the entrance, the person, and since when."""
        return BandBaseline(sequence, tuple(self.entered(*member) for member in members), at, policy)


def is_corrected_out(alert: Alert) -> bool:
    """Whether who leaves does so since an offence of their own was corrected or withdrawn."""
    is_own = _identity(alert.cause.offender_id) == _identity(alert.offender_id)
    return is_own and alert.cause.kind in _CORRECTIONS


def _identity(person: str) -> str:
    token = Token.read(person)
    return person if token is None else token.key_id
