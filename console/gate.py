"""The gate before every page: who may be asked for by which name, and what a browser may do with the answer."""

from collections.abc import Callable
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",  # with `no-referrer` browsers say of our own forms that their origin is null
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_SAFE = {"GET", "HEAD"}
_OURS = {"same-origin", "none"}  # `none`: typed, or a bookmark
Refuse = Callable[[Scope, int, str], Response]
"""Makes the page of a refusal: of a request, a status and words."""


@dataclass(frozen=True, slots=True)
class Gate:
    """Passes on what is asked of one of `hosts`, and what changes something only from a page of our own.

    A page of somebody else's cannot read an answer of ours, not even by a name of its own that it makes lead here.
    """

    app: ASGIApp
    hosts: frozenset[str]
    refuse: Refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request. Anything but HTTP and the start and end of the console has no answer."""
        if scope["type"] == "lifespan":
            await self.app(scope, receive, send)
        elif scope["type"] == "http":

            async def with_headers(message: Message) -> None:
                if message["type"] == "http.response.start":
                    headers = MutableHeaders(raw=list(message.get("headers", ())))
                    headers.update(HEADERS)
                    headers.setdefault("Cache-Control", "no-store")
                    message = {**message, "headers": headers.raw}
                await send(message)

            refused = self._refusal(scope)
            answer = self.app if refused is None else self.refuse(scope, *refused)
            await answer(scope, receive, with_headers)

    def _refusal(self, scope: Scope) -> tuple[int, str] | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        if host not in self.hosts:
            return (
                421,
                "This console answers only to the name of this machine: open it by the address that it has told. "
                "A tunnel (ssh -L) must begin at the same port as it ends. HARMWATCH_CONSOLE_HOSTS adds names.",
            )
        if scope["method"] not in _SAFE and not _is_our_own(headers, host):
            return 403, "This was not sent by a page of this console, so it has changed nothing."
        if _is_embedded_elsewhere(headers):
            return 403, "Another site's page asked for this, so nothing is shown or recorded: open it by its address."
        return None


def _is_embedded_elsewhere(headers: Headers) -> bool:
    """Whether a page of another origin fetched it unseen: a look would be recorded that nobody took.

    A link that an officer follows is none of these. Programs and old browsers say nothing, and are believed.
    """
    if set(headers.getlist("sec-fetch-site")) <= _OURS:
        return False
    mode, destination = headers.getlist("sec-fetch-mode"), headers.getlist("sec-fetch-dest")
    return mode != ["navigate"] or destination != ["document"] or "sec-purpose" in headers


def _is_our_own(headers: Headers, host: str) -> bool:
    """By what browsers say of a request, and pages cannot forge: Sec-Fetch-Site and Origin; old ones say only this one.

    What is said twice, or by neither, is not believed.
    """
    sites, origins = headers.getlist("sec-fetch-site"), [each.lower() for each in headers.getlist("origin")]
    says_so = sites in ([], ["same-origin"]) and origins in ([], [f"http://{host}"], [f"https://{host}"])
    return says_so and (bool(sites or origins) or _is_a_programs(headers))


def _is_a_programs(headers: Headers) -> bool:
    """JSON that names no origin: a browser always says where a page that sends it comes from."""
    return [each.partition(";")[0].strip().lower() for each in headers.getlist("content-type")] == ["application/json"]
