"""OpenID Connect as a way to sign in: a page with a link, the way back, and a session as local users have it."""

import asyncio
import re
from collections.abc import Iterable, Sequence

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from console.officer import Officer, Role
from console.oidc.begun import LASTS_SECONDS as BEGUN_SECONDS
from console.oidc.begun import BegunSignIn, BegunSignIns
from console.oidc.id_token import Claims
from console.oidc.identity_provider import IdentityProvider
from console.oidc.terms import OidcTerms
from console.pages import Pages
from console.provider import STREAM_SECONDS
from console.sign_in.device_tokens import KEPT_SECONDS as DEVICE_SECONDS
from console.sign_in.granted_role import granted_role
from console.sign_in.idle_sessions import away_words, is_by_hand
from console.sign_in.peer_address import peer_address
from console.sign_in.sessions import LASTS_SECONDS, Sessions
from console.store_threads import StoreThreads
from models.errors import Unavailable
from models.officer_name import OFFICER_NAME
from sight.printable import printable

NAME = "oidc"
PATH, BEGIN, BACK = "/sign-in", "/sign-in/begin", "/sign-in/back"
_LONGEST_SUBJECT, _LONGEST_WORD = 128, 60
_PATIENCE_SECONDS, _AT_ONCE = 20.0, 4
"""Of a sign-in that asks for description, keys and token; one that hangs takes no thread that a session needs."""

_NAME = re.compile(OFFICER_NAME)
_STRANGER = "The identity provider knows you, but none of your roles there has one here. Who keeps it can say why."


class OidcProvider:
    """Officers of an identity provider. Their tokens are read once, and not kept."""

    has_sign_in = True
    sign_in_path: str | None = PATH
    stream_seconds = STREAM_SECONDS
    can_sign_out = True
    takes_tokens = keeps_forms = False

    def __init__(
        self, pages: Pages, terms: OidcTerms, asked: IdentityProvider, sessions: Sessions,
        begun: BegunSignIns | None = None,
    ) -> None:  # fmt: skip
        self._pages, self._terms, self._asked, self._sessions = pages, terms, asked, sessions
        self._over_tls = terms.redirect.startswith("https://")
        self.cookie = "__Host-harmwatch" if self._over_tls else "harmwatch"
        self.begun_cookie = f"{self.cookie}-begun"
        self._begun = begun or BegunSignIns()
        self._line = StoreThreads(_PATIENCE_SECONDS, _AT_ONCE, "the identity provider")

    async def officer_of(self, connection: HTTPConnection) -> Officer | None:
        """By the session of the cookie, in the role that it began with. Raises Unavailable."""
        secret = connection.cookies.get(self.cookie)
        by_hand = is_by_hand(connection)
        found = await asyncio.to_thread(self._sessions.present, secret, by_hand=by_hand) if secret else None
        session, is_idle = found or (None, False)
        if session is None or not session.by.startswith(f"{NAME}:") or session.mark not in set(Role):
            return None
        return Officer(session.by, Role(session.mark), signed_in=True, since=session.began_at,
                       address=peer_address(connection), is_idle=is_idle and session.mark != Role.DEVICE)  # fmt: skip

    def routes(self) -> Sequence[BaseRoute]:
        """To the identity provider, back from it, and out."""
        return (
            Route(PATH, self._sign_in),
            Route(BEGIN, self._begin),
            Route(BACK, self._back),
            Route("/sign-out", self._sign_out, methods=["POST"]),
        )

    async def _sign_in(self, request: Request) -> Response:
        return self._page(request, 200, away_words(request))

    async def _begin(self, request: Request) -> Response:
        if request.method == "HEAD":
            return Response()
        begun = self._begun.begin()
        try:
            address = await self._line.ask(self._asked.address, begun)
        except Unavailable as error:
            return self._page(request, 503, f"Nobody can sign in now: {printable(str(error))}.")
        answer = RedirectResponse(address, 303)
        answer.set_cookie(
            self.begun_cookie, begun.browser, max_age=BEGUN_SECONDS, httponly=True, samesite="lax",
            secure=self._over_tls,
        )  # fmt: skip
        return answer

    async def _back(self, request: Request) -> Response:
        query, browser = request.query_params, request.cookies.get(self.begun_cookie, "")
        begun = None if request.method == "HEAD" else self._begun.take(query.get("state", ""), browser)
        if begun is None:
            return self._page(request, 400, "This sign-in was not begun here, or too long ago. Begin again.")
        if "error" in query or "code" not in query:
            word = printable(query.get("error", "it gives no code")[:_LONGEST_WORD])
            return self._page(request, 401, f"The identity provider did not sign you in: {word}.")
        try:
            return await self._let_in(request, query["code"], begun)
        except Unavailable as error:
            return self._page(request, 503, f"You are not signed in: {printable(str(error))}.")

    async def _let_in(self, request: Request, code: str, begun: BegunSignIn) -> Response:
        officer = self._officer(await self._line.ask(self._asked.claims, code, begun))
        if officer is None:
            return self._page(request, 403, _STRANGER)
        await self._end_session(request)
        lasts = DEVICE_SECONDS if officer.role is Role.DEVICE else LASTS_SECONDS
        secret = await asyncio.to_thread(self._sessions.begin, officer.by, officer.role.value, lasts)
        # A page, and not a redirect: on a way that began at another site no cookie of SameSite=Strict goes along.
        answer = self._pages.page(request, "oidc_in.html", home=officer.home)
        answer.set_cookie(self.cookie, secret, httponly=True, samesite="strict", secure=self._over_tls, max_age=lasts)
        answer.delete_cookie(self.begun_cookie, httponly=True, samesite="lax", secure=self._over_tls)
        return answer

    def _officer(self, claims: Claims) -> Officer | None:
        named = claims.get(self._terms.name_claim)
        name = f"{NAME}:{named}" if isinstance(named, str | int) and not isinstance(named, bool) else ""
        role = granted_role({self._terms.roles[each] for each in _values(claims, self._terms.roles_claim)
                             if each in self._terms.roles})  # fmt: skip
        is_one = len(NAME) + 1 < len(name) <= _LONGEST_SUBJECT and _NAME.fullmatch(name) is not None
        return Officer(name, role, signed_in=True) if role is not None and is_one else None

    async def _sign_out(self, request: Request) -> Response:
        try:
            await self._end_session(request)
        except Unavailable as error:
            words = f"You are not signed out: {printable(str(error))}. Try again, or close the browser."
            return self._page(request, 503, words)
        answer = RedirectResponse(PATH, 303)
        answer.delete_cookie(self.cookie, httponly=True, samesite="strict", secure=self._over_tls)
        return answer

    async def _end_session(self, request: Request) -> None:
        secret = request.cookies.get(self.cookie)
        if secret:
            await asyncio.to_thread(self._sessions.end, secret)

    def _page(self, request: Request, status: int, words: str) -> Response:
        where = self._terms.issuer.partition("://")[2]
        return self._pages.page(request, "oidc_sign_in.html", status, words=words, where=where, begin=BEGIN)


def _values(claims: Claims, path: str) -> Iterable[str]:
    """Of a claim, which may lie in others (`realm_access.roles`), and be one text or several."""
    found: object = claims.get(path)
    if found is None:
        found = claims
        for name in path.split("."):
            found = found.get(name) if isinstance(found, dict) else None
    return [found] if isinstance(found, str) else [str(each) for each in found] if isinstance(found, list) else []
