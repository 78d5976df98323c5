"""Who asks: an officer, in one of three roles, as every record names them."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do. Each sees the board; an auditor also the access log."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"


@dataclass(frozen=True, slots=True)
class Officer:
    """`by` is `<provider>:<subject>`; `signed_in`: a provider has checked that it is them."""

    by: str
    role: Role
    signed_in: bool
    since: int | None = field(default=None, compare=False)
    """when their session began (microseconds); None: nobody knows"""


UNKNOWN = Officer("none:this-machine", Role.OFFICER, signed_in=False)
"""Whoever asks a console without sign-in: all that is known is that they are on this machine."""
