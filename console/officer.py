"""Who asks: an officer, or a screen on a wall, in one of five roles, as every record names them."""

from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What somebody may do. A viewer sees the board alone, a device the wall alone, an auditor also the access log."""

    VIEWER = "viewer"
    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    AUDITOR = "auditor"
    DEVICE = "device"


HERE = "/here"
"""Where an open page says that somebody has pressed a key."""

_WHILE_IDLE = frozenset({"/", "/board", "/queue", "/wall", "/stream", "/display", "/about", "/sign-out"})
"""What stays for a screen that nobody sits at: the lists, which it may have shown anyway."""

_EVERYBODYS = {"/", "/stream", "/display", "/about", HERE}
_ALONE = {
    Role.VIEWER: (frozenset({*_EVERYBODYS, "/board"}), "You see the board, and nothing else."),
    Role.DEVICE: (
        frozenset({*_EVERYBODYS, "/wall"}),
        "This screen is signed in as a device: it shows the wall, and nothing else.",
    ),
}
"""Which pages there are for those who see one alone, and what they are answered on others."""


@dataclass(frozen=True, slots=True)
class Officer:
    """`by` is `<provider>:<subject>`; `signed_in`: a provider has checked that it is them."""

    by: str
    role: Role
    signed_in: bool
    since: int | None = field(default=None, compare=False)
    """when their session began (microseconds); None: nobody knows"""

    by_token: bool = False
    """whether a program asks, by the token of a user: nobody sits there"""

    address: str = ""
    """from which they ask: a lease is of one officer at one address; empty: nobody knows"""

    is_idle: bool = field(default=False, compare=False)
    """whether nobody has sat at their screen for half an hour"""

    @property
    def sees_one_page(self) -> bool:
        """Whether there is one list for them, and nothing of what officers do."""
        return self.role in _ALONE

    @property
    def home(self) -> str:
        """The page that they come to first."""
        return "/wall" if self.role is Role.DEVICE else "/board"

    def why_not(self, path: str) -> str:
        """Why there is nothing for them; empty: there is, and what each page shows to whom, it says itself."""
        paths, words = _ALONE.get(self.role, ((path,), ""))
        return "" if path in paths else words

    def must_sign_in_for(self, path: str) -> bool:
        """Whether it is asked first who sits there now."""
        return self.is_idle and path not in _WHILE_IDLE

    def may_hear(self, of: str) -> bool:
        """Whether a stream is for them: `of` the board (empty), the wall, or the queue."""
        return of == {Role.VIEWER: "", Role.DEVICE: "wall"}.get(self.role, of)


UNKNOWN = Officer("none:this-machine", Role.OFFICER, signed_in=False)
"""Whoever asks a console without sign-in: all that is known is that they are on this machine."""
