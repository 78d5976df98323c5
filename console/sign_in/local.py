"""Local users: a page to sign in, a session in a cookie, and a way out."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from starlette.requests import HTTPConnection, Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from console.form_fields import form_fields
from console.officer import Officer, Role
from console.pages import Pages
from console.provider import STREAM_SECONDS
from console.sign_in.attempts import Attempts
from console.sign_in.bearer import bearer_of
from console.sign_in.device_tokens import KEPT_SECONDS, fits_token
from console.sign_in.idle_sessions import away_words, is_by_hand
from console.sign_in.kept_form import KeptForm
from console.sign_in.peer_address import peer_address
from console.sign_in.sessions import Sessions
from console.sign_in.users_file import Passwords, UsersFile
from models.errors import Unavailable
from sight.printable import printable

NAME = "local"
PATH = "/sign-in"
_AT_ONCE, _MAY_WAIT = 2, 16
"""A check of a password takes 64 MiB and a core: what comes beyond these is turned away."""

_LONGEST_NAME = 64
_GIVEN_BACK = "You are signed in. Nothing was sent meanwhile: what you sent before stands here."
_WRONG = "Name or password is wrong."


class LocalProvider:
    """Users of a file. `over_tls`: browsers come by TLS, and the cookie goes nowhere else."""

    has_sign_in = True
    sign_in_path: str | None = PATH
    stream_seconds = STREAM_SECONDS
    can_sign_out = True
    takes_tokens = keeps_forms = True

    def __init__(
        self,
        pages: Pages,
        users: UsersFile,
        sessions: Sessions,
        passwords: Passwords | None = None,
        *,
        over_tls: bool,
    ) -> None:
        self._pages, self._users, self._sessions = pages, users, sessions
        self._passwords = passwords or Passwords()
        self._over_tls = over_tls
        self.cookie = "__Host-harmwatch" if over_tls else "harmwatch"
        self.device_cookie = f"{self.cookie}-device"
        self._attempts = Attempts()
        self._checking, self._waiting = asyncio.Semaphore(_AT_ONCE), 0

    async def officer_of(self, connection: HTTPConnection) -> Officer | None:
        """By the token that a program sends, and then by nothing else; by session or token of a cookie, while its user
        is there with the same password. Raises Unavailable.
        """
        bearer = bearer_of(connection)
        if bearer is not None:
            return self._program_of(bearer, peer_address(connection))
        secret = connection.cookies.get(self.cookie)
        device = self._device_of(connection)
        try:
            found = await self._session_of(secret, connection) or device if secret else device
        except Unavailable:
            if device is None:
                raise
            found = device
        return None if found is None else replace(found, address=peer_address(connection))

    async def _session_of(self, secret: str, connection: HTTPConnection) -> Officer | None:
        found = await asyncio.to_thread(self._sessions.present, secret, by_hand=is_by_hand(connection))
        if found is None:
            return None
        session, is_idle = found
        provider, _, name = session.by.partition(":")
        user = self._users.users().get(name) if provider == NAME else None
        if user is None or user.mark != session.mark:
            return None
        return Officer(session.by, user.role, signed_in=True, since=session.began_at, is_idle=is_idle)

    def _device_of(self, connection: HTTPConnection) -> Officer | None:
        """By its token: no session that could end at night, or with the store."""
        name, _, token = connection.cookies.get(self.device_cookie, "").rpartition(".")
        user = self._users.users().get(name) if token else None
        if user is None or user.role is not Role.DEVICE or not fits_token(token, user.password):
            return None
        return Officer(f"{NAME}:{name}", Role.DEVICE, signed_in=True)

    def _program_of(self, bearer: str, address: str) -> Officer | None:
        """By a token that needs no store, and that no browser sends by itself."""
        name, _, token = bearer.rpartition(".")
        user = self._users.users().get(name) if token else None
        if user is None or not user.token or not fits_token(token, user.token):
            return None
        return Officer(f"{NAME}:{name}", user.role, signed_in=True, by_token=True, address=address)

    def routes(self) -> Sequence[BaseRoute]:
        """Signing in and out."""
        return (
            Route(PATH, self._sign_in, methods=["GET", "POST"]),
            Route("/sign-out", self._sign_out, methods=["POST"]),
        )

    async def _sign_in(self, request: Request) -> Response:
        if request.method != "POST":
            return self._pages.sign_in_page(request, words=away_words(request))
        fields = dict(form_fields(await request.body()))
        kept = KeptForm.carried(fields)
        name, password = fields.get("name", "").strip().lower()[:_LONGEST_NAME], fields.get("password", "")
        address = request.client.host if request.client else ""
        if (seconds := self._attempts.wait_seconds(name, address)) > 0:
            words = f"Too many attempts: wait {seconds:.0f} s, then try again."
            return self._pages.sign_in_page(request, 429, words, {"Retry-After": f"{seconds + 1:.0f}"}, kept)
        self._attempts.begun(name, address)
        try:
            return await self._check(request, name, password, address, kept)
        except Unavailable as error:
            words = f"Nobody can sign in now: {printable(str(error))}."
            return self._pages.sign_in_page(request, 503, words, kept=kept)

    async def _check(self, request: Request, name: str, password: str, address: str, kept: KeptForm | None) -> Response:
        user = self._users.users().get(name)
        is_device = user is not None and user.role is Role.DEVICE
        if user is not None and is_device and fits_token(password, user.password):
            return self._let_device_in(name, password, address)
        if self._waiting >= _MAY_WAIT:
            return self._pages.sign_in_page(request, 503, "Many sign in at this moment. Try again.", kept=kept)
        self._waiting += 1
        try:
            async with self._checking:
                # A wrong token takes as long as a wrong password: else the names of devices could be found.
                is_right = await asyncio.to_thread(self._passwords.fits, password, None if is_device else user)
        finally:
            self._waiting -= 1
        if user is None or not is_right:
            return self._pages.sign_in_page(request, 401, _WRONG, kept=kept)
        self._attempts.succeeded(name, address)
        await self._end_session(request)
        secret = await asyncio.to_thread(self._sessions.begin, f"{NAME}:{name}", user.mark)
        given_back = None if kept is None else self._pages.give_back(kept, _GIVEN_BACK)
        answer = given_back or RedirectResponse("/board", 303)
        answer.set_cookie(self.cookie, secret, httponly=True, samesite="strict", secure=self._over_tls)
        return answer

    def _let_device_in(self, name: str, token: str, address: str) -> Response:
        self._attempts.succeeded(name, address)
        answer = RedirectResponse("/wall", 303)
        answer.set_cookie(
            self.device_cookie, f"{name}.{token}", max_age=KEPT_SECONDS, httponly=True, samesite="strict",
            secure=self._over_tls,
        )  # fmt: skip
        return answer

    async def _sign_out(self, request: Request) -> Response:
        try:
            await self._end_session(request)
        except Unavailable as error:
            words = f"You are not signed out: {printable(str(error))}. Try again, or close the browser."
            return self._pages.sign_in_page(request, 503, words)
        answer = RedirectResponse(PATH, 303)
        for cookie in (self.cookie, self.device_cookie):
            answer.delete_cookie(cookie, httponly=True, samesite="strict", secure=self._over_tls)
        return answer

    async def _end_session(self, request: Request) -> None:
        secret = request.cookies.get(self.cookie)
        if secret:
            await asyncio.to_thread(self._sessions.end, secret)
