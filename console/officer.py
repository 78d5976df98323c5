"""Who asks: an officer, or a screen on a wall, in one of four roles, as every record names them."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do. Each sees the board, an auditor also the access log, and a device nothing but the wall."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    DEVICE = "device"


_FOR_DEVICES = frozenset({"/", "/wall", "/stream", "/display", "/about"})


@dataclass(frozen=True, slots=True)
class Officer:
    """`by` is `<provider>:<subject>`; `signed_in`: a provider has checked that it is them."""

    by: str
    role: Role
    signed_in: bool
    since: int | None = field(default=None, compare=False)
    """when their session began (microseconds); None: nobody knows"""

    @property
    def home(self) -> str:
        """The page that they come to first."""
        return "/wall" if self.role is Role.DEVICE else "/board"

    def may_ask(self, path: str) -> bool:
        """Whether there is anything for them; what each page shows to whom, it says itself."""
        return self.role is not Role.DEVICE or path in _FOR_DEVICES


UNKNOWN = Officer("none:this-machine", Role.OFFICER, signed_in=False)
"""Whoever asks a console without sign-in: all that is known is that they are on this machine."""
