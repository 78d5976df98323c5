"""A provider says which officer asks; which one there is, the settings decide."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from starlette.requests import HTTPConnection
from starlette.routing import BaseRoute

from console.officer import UNKNOWN, Officer
from console.sign_in.peer_address import peer_address

STREAM_SECONDS = 3_600.0
"""A proxy or a laptop that has lost the line without a word holds nothing for longer."""


class Provider(Protocol):
    """A way to sign in, with pages of its own where it has some."""

    @property
    def has_sign_in(self) -> bool:
        """Whether anybody is checked at all."""
        ...

    @property
    def sign_in_path(self) -> str | None:
        """Where an officer signs in; None: not here."""
        ...

    @property
    def stream_seconds(self) -> float:
        """After which a page asks again: for so long a stream may go on with what its first request said."""
        ...

    @property
    def takes_tokens(self) -> bool:
        """Whether a program may ask by a bearer token."""
        ...

    @property
    def keeps_forms(self) -> bool:
        """Whether its sign-in page carries a form that was refused, and gives it back."""
        ...

    @property
    def can_sign_out(self) -> bool:
        """Whether `/sign-out` ends anything."""
        ...

    async def officer_of(self, connection: HTTPConnection) -> Officer | None:
        """Who asks; None: nobody that it knows. Raises Unavailable where it cannot say."""
        ...

    def routes(self) -> Sequence[BaseRoute]:
        """Pages of its own, which everybody may ask for."""
        ...


class NoProvider:
    """No sign-in: right for a console that this machine alone reaches."""

    has_sign_in = False
    sign_in_path: str | None = None
    stream_seconds = STREAM_SECONDS
    can_sign_out = False
    takes_tokens = keeps_forms = False

    async def officer_of(self, connection: HTTPConnection) -> Officer | None:
        """The unknown officer of this machine."""
        return replace(UNKNOWN, address=peer_address(connection))

    def routes(self) -> Sequence[BaseRoute]:
        """None."""
        return ()
