"""A provider says which officer asks; which one there is, the settings decide."""

from typing import Protocol

from starlette.requests import HTTPConnection

from console.officer import UNKNOWN, Officer


class Provider(Protocol):
    """One way to sign in."""

    has_sign_in: bool
    """Whether anybody is checked at all."""

    async def officer_of(self, connection: HTTPConnection) -> Officer | None:
        """Who asks; None: nobody that it knows. Raises Unavailable where it cannot say."""
        ...


class NoProvider:
    """No sign-in: right for a console that this machine alone reaches."""

    has_sign_in = False

    async def officer_of(self, connection: HTTPConnection) -> Officer | None:  # noqa: ARG002  (nothing of it counts)
        """The unknown officer of this machine."""
        return UNKNOWN
