"""`/…/print`: a stay or a handover on paper. For whom is asked, and written down before anything is shown."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from console.access_log.leases import Leases, not_recorded
from console.form_fields import form_fields
from console.handover.beside import beside_stays
from console.handover.handover_pages import HandoverPages
from console.handover.handover_text import handover_text
from console.handover.pack_text import shown_stays
from console.pages import Pages
from console.stays.addressed_stay import addressed_stay
from console.stays.queue_source import QueueSource
from console.stays.readable_alerts import readable_stay
from console.stays.stay_text import stay_text
from models.alert import alert_id
from models.errors import Unavailable
from sight.printable import printable
from sight.words import grouped_number

_LONGEST = {"recipient": 200, "why": 500}


@dataclass(frozen=True, slots=True)
class PrintForm:
    """For whom somebody prints, and why."""

    recipient: str = ""
    why: str = ""

    def fault(self) -> str:
        """Why nothing is printed; empty: it is."""
        if not self.recipient:
            return "Say for whom: it is recorded with your name."
        return "" if self.why else "Say why: it is recorded with your name."


Show = Callable[[Request, PrintForm], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class PrintPages:
    """Those of one desk."""

    pages: Pages
    news: QueueSource
    leases: Leases
    handovers: HandoverPages

    def routes(self) -> list[Route]:
        """What is answered where."""
        return [
            Route("/stays/{alert_id}/print", self.stay, methods=["GET", "POST"]),
            Route("/handover/{number}/print", self.handover, methods=["GET", "POST"]),
        ]

    async def stay(self, request: Request) -> Response:
        """One stay, as the board and the desk have it now."""
        sequence = addressed_stay(request.path_params["alert_id"], self.news.board, self.handovers.state().desk)

        async def show(request: Request, form: PrintForm) -> Response:
            state = self.handovers.state()
            await self._disclose(request, "stay", [sequence], form)
            asked, desk, alert = await readable_stay(self.news, self.handovers.acting, state, sequence)
            stay, officer = desk.stays[sequence], request.state.officer
            text = stay_text(self.news.board, desk, stay, alert, asked, officer, self.news.clock)
            rows = () if asked.basis is None else asked.basis.clear_rows or ()
            texts = [(printable(row[0]), row[1], printable(row[2]), grouped_number(row[3])) for row in rows]
            return self._paper(request, "paper_stay.html", form, stay=text, basis=asked.basis, rows=texts)

        return await self._answer(request, f"stay {alert_id(self.news.board, sequence)}", show)

    async def handover(self, request: Request) -> Response:
        """One handover: the pack, and what stands beside it now."""
        number = self.handovers.number(request)

        async def show(request: Request, form: PrintForm) -> Response:
            state, view = self.handovers.state(), self.pages.fan_out.view
            pack, trouble = await self.handovers.pack(number)
            beside = beside_stays(view, state.desk)
            wording = await self.handovers.wording(state)
            sections = () if pack is None else await asyncio.to_thread(wording.sections, pack)
            await self._disclose(request, "handover", [*shown_stays(sections), *beside], form)
            return self._paper(
                request, "paper_handover.html", form, trouble=trouble,
                handover=handover_text(state.desk, number, self.news.clock),
                sections=sections, shift=() if pack is None else wording.shift(pack),
                beside=await self.handovers.beside(view, wording),
            )  # fmt: skip

        return await self._answer(request, f"handover {number}", show)

    async def _answer(self, request: Request, what: str, show: Show) -> Response:
        if request.method == "HEAD":
            return HTMLResponse()
        if request.method != "POST":
            return self._ask(request, what, PrintForm())
        form = read_print_form(await request.body())
        if form.fault():
            return self._ask(request, what, form, form.fault(), 422)
        try:
            return await show(request, form)
        except Unavailable as error:
            return self._ask(request, what, form, not_recorded(error), 503)

    def _ask(self, request: Request, what: str, form: PrintForm, words: str = "", status: int = 200) -> Response:
        """It names nobody."""
        return self.pages.page(
            request, "print_ask.html", status, what=what, words=words, recipient=form.recipient, why=form.why,
            address=_address(request),
        )  # fmt: skip

    async def _disclose(
        self, request: Request, page: Literal["stay", "handover"], stays: Sequence[int], form: PrintForm
    ) -> None:
        officer = request.state.officer
        await self.leases.disclose(officer, page, stays, recipient=form.recipient, why=form.why)

    def _paper(
        self, request: Request, name: str, form: PrintForm, **context: Any
    ) -> Response:  # Any: what a template asks for
        return self.pages.page(
            request, name, disclosed=form, address=_address(request), fresh=self.news.fresh(),
            made=self.pages.moment(), entry=self.pages.fan_out.view.entry, **context,
        )  # fmt: skip


def read_print_form(body: bytes) -> PrintForm:
    """What stands in a form, on one line each."""
    fields = dict(form_fields(body))
    recipient, why = (" ".join(printable(fields.get(name, "")).split())[:most] for name, most in _LONGEST.items())
    return PrintForm(recipient, why)


def _address(request: Request) -> str:
    return request.url.path.removesuffix("/print")
