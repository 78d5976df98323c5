"""What a board answers instead of changing."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ahead:
    """The board has applied up to offset `ledger` already: cut off what is known and call again."""

    ledger: int


@dataclass(frozen=True, slots=True)
class Rewind:
    """The board is not the one this worker knew: recover, seek from the ledger, go on."""

    reason: str


STANDS_BEFORE = Rewind("the ledger stands before this run")
"""The answer to a run that begins behind what its partition's ledger holds."""


@dataclass(frozen=True, slots=True)
class Braked:
    """With the record at `offset` `refused` of its partition's last `verdicts` would be refused: a person decides."""

    refused: int
    verdicts: int
    offset: int


@dataclass(frozen=True, slots=True)
class Leap:
    """Both clocks say `instant`, too long after the newest entry at `newest`: a person has to say that it is right.

    `since` is when they first said so, by themselves. All in microseconds.
    """

    instant: int
    newest: int
    since: int


@dataclass(frozen=True, slots=True)
class DrainFirst:
    """Too many steps end before this run is over: tick first."""


@dataclass(frozen=True, slots=True)
class Full:
    """The outbox has reached its limit: wait for the relay."""


@dataclass(frozen=True, slots=True)
class NotQuiet:
    """Something is to happen before the last of the heartbeats: repeat them one by one."""
