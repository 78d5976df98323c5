"""What the desk takes from alerts.v1: stays that begin and end, in the order of their sequences."""

from dataclasses import dataclass

from models.alert import PolicyOut
from models.instants import Micros


@dataclass(frozen=True, slots=True)
class EntranceChange:
    """A person enters; the sequence names the stay from here on."""

    sequence: int
    person: str
    at: Micros
    policy: PolicyOut | None = None
    """by which the alert was made; None: nobody can read it"""


@dataclass(frozen=True, slots=True)
class ExitChange:
    """A person leaves. `stay` None: on a sealed board nobody can read any more which one it ends."""

    sequence: int
    stay: int | None
    at: Micros
    is_correction: bool = False
    """whether an offence of theirs was corrected or withdrawn, and made them leave"""

    policy: PolicyOut | None = None


@dataclass(frozen=True, slots=True)
class BandBaseline:
    """The band that the alerts begin with; `members` by the sequences of their entrances."""

    sequence: int
    members: tuple[EntranceChange, ...]
    at: Micros
    policy: PolicyOut | None = None


BandChange = EntranceChange | ExitChange | BandBaseline
