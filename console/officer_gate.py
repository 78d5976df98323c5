"""The second gate: no page is made before it is known for whom."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from console.provider import Provider


@dataclass(frozen=True, slots=True)
class OfficerGate:
    """Asks the provider, and leaves its answer as `request.state.officer`."""

    app: ASGIApp
    provider: Provider

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "http":
            connection = HTTPConnection(scope)
            connection.state.officer = await self.provider.officer_of(connection)
        await self.app(scope, receive, send)
