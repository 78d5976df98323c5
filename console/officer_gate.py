"""The second gate: no page is made before it is known for whom."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import ClientDisconnect, HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from console.frames import signed_out_event
from console.gate import Refuse
from console.officer import Officer, Role
from console.pages import wants_json
from console.provider import Provider
from console.sign_in.bearer import CHALLENGE, bearer_of
from console.sign_in.idle_sessions import AWAY
from models.errors import Unavailable
from sight.printable import printable

GiveBack = Callable[[Scope, bytes, int, str], Response | None]
"""Makes, of a request, its body, a status and words, a page with the form that was sent; None: it was none."""

_SAFE = {"GET", "HEAD"}
_NOT_SIGNED_IN = "You are not signed in, or not any more, so this was not done. Sign in, then send it again."
_NO_TOKEN = "It is not known who asks: send the token of a user, or the cookie of a session."
_NOT_NAMED = "The proxy in front of this console names no officer with a role here. Those who run it can say why."


@dataclass(frozen=True, slots=True)
class OfficerGate:
    """Asks the provider, and leaves its answer as `request.state.officer`; whom it does not know gets no page.

    `is_open`: whether everybody may ask for a path. `give_back`: of a form with a text that was typed, refuses as well.
    """

    app: ASGIApp
    provider: Provider
    is_open: Callable[[str], bool]
    refuse: Refuse
    give_back: GiveBack

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        answer = self.app
        if scope["type"] == "http" and not self.is_open(scope["path"]):
            connection = HTTPConnection(scope)
            try:
                officer = await self.provider.officer_of(connection)
            except Unavailable as error:
                words = f"It cannot be said now who you are: {printable(str(error))}."
                answer = await self._refused(scope, receive, 503, words)
            else:
                connection.state.officer = officer
                if officer is None:
                    answer = await self._unknown(scope, receive)
                elif officer.must_sign_in_for(scope["path"]):
                    answer = await self._away(scope, receive)
                else:
                    answer = self._known(scope, officer)
        await answer(scope, receive, send)

    def _known(self, scope: Scope, officer: Officer) -> ASGIApp:
        refusal = officer.why_not(scope["path"])
        if not refusal:
            return self.app
        if officer.role is Role.DEVICE and scope["path"] == "/board" and scope["method"] in _SAFE:
            return RedirectResponse(officer.home, 303)
        return self.refuse(scope, 403, refusal)

    async def _unknown(self, scope: Scope, receive: Receive) -> Response:
        request = Request(scope, receive)
        if self.provider.takes_tokens and (bearer_of(request) is not None or wants_json(request)):
            answer = self.refuse(scope, 401, _NO_TOKEN)
            answer.headers.update(CHALLENGE)
            return answer
        path = self.provider.sign_in_path
        if scope["path"] == "/stream" and scope["method"] == "GET":  # a page can read nothing else of a stream
            return Response(signed_out_event(), media_type="text/event-stream")
        if path is None:
            return await self._refused(scope, receive, 403, _NOT_NAMED)
        if scope["method"] in _SAFE:
            return RedirectResponse(path, 303)
        return await self._refused(scope, receive, 401, _NOT_SIGNED_IN)

    async def _away(self, scope: Scope, receive: Receive) -> Response:
        """Of a session that is whole, and at which nobody sat for long."""
        if scope["method"] in _SAFE and not wants_json(Request(scope)):
            return RedirectResponse(f"{self.provider.sign_in_path}?away", 303)
        return await self._refused(scope, receive, 401, AWAY)

    async def _refused(self, scope: Scope, receive: Receive, status: int, words: str) -> Response:
        """With the text that stood in the form, which is theirs."""
        if scope["method"] in _SAFE:
            return self.refuse(scope, status, words)
        try:
            body = await Request(scope, receive).body()
        except ClientDisconnect:
            body = b""
        return self.give_back(scope, body, status, words) or self.refuse(scope, status, words)
