"""The second gate: no page is made before it is known for whom."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from console.frames import signed_out_event
from console.gate import Refuse
from console.provider import Provider
from models.errors import Unavailable
from sight.printable import printable

_SAFE = {"GET", "HEAD"}
_NOT_SIGNED_IN = "You are not signed in, or not any more, so this was not done. Sign in, then send it again."
_NOT_NAMED = "The proxy in front of this console names no officer with a role here. Whoever keeps it can say why."


@dataclass(frozen=True, slots=True)
class OfficerGate:
    """Asks the provider, and leaves its answer as `request.state.officer`; whom it does not know gets no page.

    `is_open`: whether everybody may ask for a path.
    """

    app: ASGIApp
    provider: Provider
    is_open: Callable[[str], bool]
    refuse: Refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        answer = self.app
        if scope["type"] == "http" and not self.is_open(scope["path"]):
            connection = HTTPConnection(scope)
            try:
                officer = await self.provider.officer_of(connection)
            except Unavailable as error:
                words = f"It cannot be said now who you are: {printable(str(error))}."
                answer = self.refuse(scope, 503, words)
            else:
                connection.state.officer = officer
                answer = self.app if officer is not None else self._unknown(scope)
        await answer(scope, receive, send)

    def _unknown(self, scope: Scope) -> Response:
        path = self.provider.sign_in_path
        if scope["path"] == "/stream" and scope["method"] == "GET":  # a page can read nothing else of a stream
            return Response(signed_out_event(), media_type="text/event-stream")
        if path is None:
            return self.refuse(scope, 403, _NOT_NAMED)
        return RedirectResponse(path, 303) if scope["method"] in _SAFE else self.refuse(scope, 401, _NOT_SIGNED_IN)
