"""`/at`: the whole band at a moment, as known then or later; `/at/amendments`: alerts that would not be sent today."""

from dataclasses import dataclass
from functools import partial
from typing import Literal

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from console.pages import wants_json
from console.past.band_document import AmendmentsDocument, BandDocument
from console.past.band_text import amendment_text, band_text
from console.past.moments import asked_instant
from console.past.past_desk import Instead, PastDesk, by, here, typed
from console.past.person_text import whole_moment
from console.past.questions import AmendmentsQuestion, BandQuestion
from models.access_log.look import BandLook
from models.instants import Micros, format_instant


@dataclass(frozen=True, slots=True)
class BandPages:
    """The pages of a console on which the band of a moment, and what is known of it now, are read."""

    desk: PastDesk

    def routes(self) -> list[Route]:
        """What is answered where."""
        page = self.desk.page
        return [
            Route("/at", page(partial(self.band, is_printed=False))),
            Route("/at/print", page(partial(self.band, is_printed=True)), methods=["GET", "POST"]),
            Route("/at/amendments", page(partial(self.amendments, is_printed=False))),
            Route("/at/amendments/print", page(partial(self.amendments, is_printed=True)), methods=["GET", "POST"]),
        ]

    async def band(self, request: Request, *, is_printed: bool) -> Response:
        """The band at `t`; without one, a form that asks for it."""
        if request.method == "POST":
            return await self._say(request)
        asked = request.query_params.get("t", "")
        if not asked:
            return self.desk.pages.page(request, "band.html", document=None, asked="", known="then", words="")
        recipient = self._recipient(request) if is_printed else None
        question = self._question(request, asked)
        document = await self.desk.answer(request, question, BandDocument)
        known = "now" if question.by_later else "then" if document.known_at is None else document.known_at
        look = await self._record(
            request, "band", question.at, known, recipient, len(document.rows) + len(document.misplaced)
        )
        if wants_json(request):
            return Response(document.json_text(), media_type="application/json")
        zone = self.desk.zone
        return self.desk.pages.page(
            request, "band.html", document=document, text=band_text(document, zone, self._address), look=look,
            asked=asked, known=request.query_params.get("known", "then"), as_of=whole_moment(document.as_of, zone),
            known_at="" if document.known_at is None else whole_moment(document.known_at, zone), words="",
            query=request.url.query,
            made=self.desk.pages.moment(),
        )  # fmt: skip

    async def amendments(self, request: Request, *, is_printed: bool) -> Response:
        """Those among the alerts from `since` on; left out: all."""
        if request.method == "POST":
            return await self._say(request)
        recipient, asked = self._recipient(request) if is_printed else None, request.query_params.get("since", "")
        since = self._instant(request, asked) if asked else None
        document = await self.desk.answer(request, AmendmentsQuestion(since), AmendmentsDocument)
        look = await self._record(request, "amendments", since, "now", recipient, len(document.amendments))
        if wants_json(request):
            return Response(document.json_text(), media_type="application/json")
        zone = self.desk.zone
        rows = [amendment_text(each, zone, self._address) for each in reversed(document.amendments)]
        return self.desk.pages.page(
            request, "amendments.html", document=document, rows=rows, look=look, asked=asked, query=request.url.query,
            known_at=whole_moment(document.known_at, zone), made=self.desk.pages.moment(),
        )  # fmt: skip

    def _question(self, request: Request, asked: str) -> BandQuestion:
        """Raises Instead."""
        at, known = self._instant(request, asked), request.query_params.get("known", "then")
        if known in {"", "then"}:
            return BandQuestion(at)
        if known == "now":
            return BandQuestion(at, by_later=True)
        known_at = self._instant(request, known)
        if known_at < at:
            raise Instead(self.desk.refusal(request, 422, "That knowledge is older than the moment itself."))
        return BandQuestion(at, known_at)

    def _instant(self, request: Request, text: str) -> Micros:
        """Raises Instead."""
        try:
            return asked_instant(text, self.desk.zone)
        except ValueError as error:
            raise Instead(self.desk.refusal(request, 422, str(error))) from None

    async def _say(self, request: Request) -> Response:
        (recipient,) = await typed(request, "recipient")
        if not recipient:
            return self._ask(request, 422)
        self.desk.given.say(by(request), here(request), recipient)
        return RedirectResponse(here(request), 303)

    def _recipient(self, request: Request) -> str:
        """Raises Instead: asks for it."""
        recipient = self.desk.given.said(by(request), here(request))
        if recipient is None:
            raise Instead(self._ask(request, 200))
        return recipient

    def _ask(self, request: Request, status: int) -> Response:
        return self.desk.pages.page(
            request, "past_ask.html", status, address=here(request), asks="recipient", title="Print this page", stay=""
        )  # fmt: skip

    async def _record(
        self, request: Request, what: Literal["band", "amendments"], moment: Micros | None, known: str,
        recipient: str | None, results: int,
    ) -> BandLook:  # fmt: skip
        """Raises Instead."""
        instant = None if moment is None else format_instant(moment)
        look = BandLook.model_validate({
            **self.desk.head(request, results), "what": what, "moment": instant, "known": known, "recipient": recipient,
        })  # fmt: skip
        await self.desk.record(request, look)
        self.desk.given.forget(by(request), here(request))
        return look

    def _address(self, offender_id: str) -> str:
        return "" if self.desk.handles is None else f"/people/{self.desk.handles.handle(offender_id)}"
