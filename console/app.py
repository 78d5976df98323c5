"""The console as an application: which address is which page."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route
from starlette.types import ASGIApp, Scope

from console.access_log.leases import Leases, not_recorded
from console.assets import by_address
from console.display import COOKIE, KEPT_SECONDS, display_chosen
from console.form_seal import LONGEST_SEEN
from console.frame_source import FrameSource
from console.gate import Gate
from console.officer import HERE, Officer, Role
from console.officer_gate import OfficerGate
from console.pages import Pages
from console.provider import NoProvider, Provider
from console.sign_in.kept_form import KeptForm
from console.stays.stay_pages import StayPages
from console.stream import EventStream
from console.wall.wall_pages import PATH as WALL
from console.wall.wall_pages import STREAM as WALL_STREAM
from console.wall.wall_pages import WallPages
from models.errors import Unavailable
from sight.printable import printable

LARGEST_BODY = LONGEST_SEEN + 50_000
"""A form brings back what its page showed, and the text that an officer typed."""

MOST_STREAMS, MOST_OF_ONE = 1_000, 100
"""Open pages; who has signed in opens so many of them, and leaves the others to others."""

_FOR_EVER = "public, max-age=31536000, immutable"
_WORDS = {
    404: "There is no such page.",
    503: "So many pages are open that there is room for no more. Close some, or wait.",
    405: "This page takes no such request.",
}

_NOBODY_SIGNS_IN = NoProvider()


def make_app(
    pages: Pages,
    hosts: frozenset[str],
    leases: Leases,
    provider: Provider = _NOBODY_SIGNS_IN,
    further: Sequence[BaseRoute] = (),
    stays: StayPages | None = None,
) -> ASGIApp:
    """The console of one board, for requests to one of `hosts` (`name:port`) by officers that the provider knows.

    `further` are pages beside those of the board; `stays` None: it has no desk.
    """
    if stays is not None:
        _show_desk(pages, stays)
    routes = _Routes(pages, leases, provider, stays)
    app = Starlette(
        routes=[
            *provider.routes(),
            Route("/", routes.home),
            Route("/board", routes.board),
            Route("/stream", routes.stream),
            Route(WALL, routes.wall.wall),
            Route("/display", routes.display, methods=["GET", "POST"]),
            Route("/shift", routes.shift, methods=["GET", "POST"]),
            Route(HERE, routes.here, methods=["POST"]),
            Route("/static/{name}", routes.static),
            *further,
            *([] if stays is None else stays.routes()),
        ],
        exception_handlers={HTTPException: routes.failed},
        lifespan=routes.lifespan,
    )
    own = {route.path for route in provider.routes() if isinstance(route, Route)}
    give_back = _nothing if stays is None else partial(_give_back, pages, provider, stays)
    inside = OfficerGate(
        app, provider, lambda path: path in own or path.startswith("/static/"), pages.refusal, give_back
    )
    return Gate(RequestBodyLimitMiddleware(inside, LARGEST_BODY), hosts, pages.refusal)


def _show_desk(pages: Pages, stays: StayPages) -> None:
    """From here on the pages say what officers do."""
    pages.numbers = lambda: stays.news.numbers
    pages.fan_out.show_desk(stays.news.mark, stays.news.why_unread)
    stays.news.when_marked = pages.fan_out.show_again
    pages.shift = stays.shift_words
    pages.give_back = lambda kept, words: stays.give_back(None, _scope_of(kept), kept.body.encode(), 200, words)


def _give_back(  # noqa: PLR0913, PLR0917  (of which form, to whom)
    pages: Pages, provider: Provider, stays: StayPages, scope: Scope, body: bytes, status: int, words: str
) -> Response | None:
    """The page with a form that was refused; where the sign-in is ours, it is that, and carries the form."""
    page, kept = stays.give_back(provider.sign_in_path, scope, body, status, words), KeptForm.of(scope["path"], body)
    if page is None or kept is None or status != 401 or not provider.keeps_forms:
        return page
    return pages.sign_in_page(Request({**scope, "headers": []}), status, words, kept=kept)


def _scope_of(kept: KeptForm) -> Scope:
    """As if it came again."""
    return {"type": "http", "method": "POST", "path": kept.path, "query_string": b"", "headers": []}


def _nothing(*_: object) -> None:
    """Of a form without a desk."""


class _Routes:
    """What is answered at each address."""

    def __init__(self, pages: Pages, leases: Leases, provider: Provider, stays: StayPages | None) -> None:
        self._pages, self._leases, self._provider = pages, leases, provider
        self.wall = WallPages(pages, leases)
        self._news: dict[str, FrameSource] = {"": pages.fan_out, WALL_STREAM: self.wall.news}
        if stays is not None:
            self._news["queue"] = stays.news

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        for news in self._news.values():
            news.use_loop()
        yield

    async def home(self, request: Request) -> Response:
        return RedirectResponse(request.state.officer.home, 303)

    async def board(self, request: Request) -> Response:
        if request.method == "HEAD":
            return HTMLResponse()

        async def page() -> Response:
            return self._pages.board_answer(request)

        try:
            return await self._leases.shown(request.state.officer, page, of_board=True)
        except Unavailable as error:
            return self._pages.message(request, 503, not_recorded(error))

    async def stream(self, request: Request) -> Response:
        of = request.query_params.get("of", "")
        news = self._news.get(of)
        if news is None or not request.state.officer.may_hear(of):
            raise HTTPException(404)
        officer, seconds = request.state.officer, self._provider.stream_seconds
        if not self._has_room(officer):
            raise HTTPException(503)
        who_asks = partial(self._provider.officer_of, request)
        return EventStream(news, self._leases, officer, who_asks, seconds, self._pages.numbers)

    def _has_room(self, officer: Officer) -> bool:
        """For one more stream."""
        streams = [each.open_streams for each in self._news.values()]
        is_one_of_few = not officer.signed_in or sum(each[officer.by] for each in streams) < MOST_OF_ONE
        return is_one_of_few and sum(each.total() for each in streams) < MOST_STREAMS

    async def display(self, request: Request) -> Response:
        if request.method != "POST":
            return self._pages.display_page(request)
        answer = RedirectResponse("/board", 303)
        chosen = display_chosen(await request.body())
        answer.set_cookie(COOKIE, chosen.cookie(), max_age=KEPT_SECONDS, httponly=True, samesite="strict")
        return answer

    async def shift(self, request: Request) -> Response:
        if request.method != "POST":
            return self._pages.shift_page(request)
        officer: Officer = request.state.officer
        if officer.role is Role.AUDITOR:
            return self._pages.message(request, 403, "An auditor reads, and does not act.")
        why = self._pages.fan_out.begin_shift()
        if why:
            return self._pages.message(request, 409, f"No shift begins now: {printable(why)}.")
        return RedirectResponse("/board", 303)

    async def here(self, _: Request) -> Response:
        """Somebody sits there: the gate has noted it."""
        return Response(status_code=204)

    async def static(self, request: Request) -> Response:
        asset = by_address().get(request.url.path)
        if asset is None:
            raise HTTPException(404)
        return Response(asset.body, media_type=asset.kind, headers={"Cache-Control": _FOR_EVER})

    async def failed(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self._pages.message(request, status, _WORDS.get(status, "This cannot be answered."))
