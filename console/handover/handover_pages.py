"""`/handover` and `/handover/<n>`: the desk is offered, walked through stay by stay, and taken or returned."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from console.access_log.leases import Leases, not_recorded
from console.form_seal import FormSeal
from console.handover.beside import BesideText, NewestLetter, beside_stays, beside_text
from console.handover.handover_desk import HandoverDesk, may_return, owned_by
from console.handover.handover_form import HandoverForm, read_handover_form
from console.handover.handover_text import handover_text, newest_handovers, walk_items
from console.handover.pack_answer import no_pack_answer, pack_answer
from console.handover.pack_reader import PackReader
from console.handover.pack_text import PackSectionText, PackTextBuilder, shown_stays
from console.handover.shown_handover import ShownHandover, ShownPack
from console.officer import Officer
from console.pages import Pages, wants_json
from console.stays.action_desk import ActionDesk, why_not
from console.stays.live_desk import DeskState
from console.stays.outcome import Outcome, outcome_document
from console.stays.queue_source import QueueSource
from console.stays.readable_alerts import readable_alerts
from console.stays.shown_basis import new_action_id
from desk.decision import provider_of
from desk.pack import pack_of
from desk.state import Desk
from models.errors import Unavailable, Unproved
from models.instants import format_instant
from sight.board_view import BoardView
from sight.printable import printable

_NOTHING, _READING = HandoverForm(), Outcome(200, "")
_SENT = "It is written. This console has not read it back yet: look again in a moment."
_NOTES = {"done": "It is done.", "sent": _SENT}


@dataclass(frozen=True, slots=True)
class HandoverPages:
    """Those of one desk. A page that names people is one look at all its stays; the pack itself names none."""

    pages: Pages
    news: QueueSource
    acting: ActionDesk
    leases: Leases
    packs: PackReader
    newest_letter: NewestLetter
    seal: FormSeal

    def routes(self) -> list[Route]:
        """What is answered where."""
        return [
            Route("/handover", self.offer, methods=["GET", "POST"]),
            Route("/handover/{number}", self.walk, methods=["GET", "POST"]),
        ]

    async def offer(self, request: Request) -> Response:
        """The desk as it would be handed over, or what becomes of an offer."""
        if request.method != "POST":
            return await self._offer_page(request, _NOTHING, _READING)
        return await self._answer(request, None)

    async def walk(self, request: Request) -> Response:
        """One handover, or what becomes of an answer to it."""
        number = self.number(request)
        if request.method != "POST":
            return await self._walk_page(request, number, _NOTHING, _READING)
        return await self._answer(request, number)

    def number(self, request: Request) -> int:
        """Raises HTTPException where there is no such handover."""
        text = request.path_params["number"]
        is_plain = text.isascii() and text.isdigit() and len(text) < 10 and not text.startswith("0")
        if not is_plain or int(text) > len(self.state().desk.handovers):
            raise HTTPException(404)
        return int(text)

    def state(self) -> DeskState:
        """The desk now."""
        return self.news.book.state(self.news.now())

    async def wording(self, state: DeskState) -> PackTextBuilder:
        """The words for what it holds."""
        alerts = await readable_alerts(self.news, self.acting.reads, state)
        return PackTextBuilder(self.news.board, state.desk, alerts, self.news.clock)

    async def _answer(self, request: Request, number: int | None) -> Response:
        officer: Officer = request.state.officer
        form = read_handover_form(await request.body(), provider_of(officer.by))
        handover = None if number is None else self.state().desk.handovers[number - 1]
        desk = HandoverDesk(self.acting, self.seal)
        outcome = await self.acting.in_time(desk.act, officer, form, handover)
        if wants_json(request):
            return Response(outcome_document(outcome).json_text(), outcome.status, media_type="application/json")
        if outcome.is_written:
            number = self._newest_of(officer) if number is None else number
            word = "done" if outcome.status == 201 else "sent"
            return RedirectResponse(f"/handover/{number}?{word}" if number else f"/handover?{word}", 303)
        if number is None:
            return await self._offer_page(request, form, outcome)
        return await self._walk_page(request, number, form, outcome)

    async def _offer_page(self, request: Request, form: HandoverForm, outcome: Outcome) -> Response:
        if request.method == "HEAD":
            return HTMLResponse()
        state, view, officer = self.state(), self.pages.fan_out.view, _officer(request)
        pack = await asyncio.to_thread(pack_of, state.desk)
        digest = self.packs.keep(pack)
        if wants_json(request):
            return pack_answer(pack)
        wording = await self.wording(state)
        sections = await asyncio.to_thread(wording.sections, pack)
        try:
            await self._look(officer, state.desk, view, sections)
        except Unavailable as error:
            return self.unshown(request, form, f"{outcome.words} {not_recorded(error)}".strip())
        beside = await self.beside(view, wording)
        desk, seen = state.desk, ""
        if not why_not(officer):
            shown = ShownPack(sequence=desk.sequence, offset=desk.offset, at=format_instant(desk.at), sha256=digest)
            seen = self._shown(officer, desk, pack=shown)
        return self._page(
            request, "handover.html", form, outcome, sections=sections, shift=wording.shift(pack), beside=beside,
            seen=seen, desk=desk, digest=digest, at=format_instant(desk.at), known=colleagues(desk, officer.by),
            newest=newest_handovers(desk, self.news.clock), own=len(owned_by(desk, officer.by)),
        )  # fmt: skip

    async def _walk_page(self, request: Request, number: int, form: HandoverForm, outcome: Outcome) -> Response:
        if request.method == "HEAD":
            return HTMLResponse()
        state, view, officer = self.state(), self.pages.fan_out.view, _officer(request)
        handover = state.desk.handovers[number - 1]
        pack, trouble = await self.pack(number)
        if wants_json(request):
            return no_pack_answer(trouble) if pack is None else pack_answer(pack)
        stays = owned_by(state.desk, handover.by) if handover.end is None else ()
        wording, clock = await self.wording(state), self.news.clock
        sections = () if pack is None else await asyncio.to_thread(wording.sections, pack)
        try:
            await self._look(officer, state.desk, view, sections, stays)
        except Unavailable as error:
            return self.unshown(request, form, f"{outcome.words} {not_recorded(error)}".strip())
        is_answerable = handover.end is None and not why_not(officer)
        return self._page(
            request, "handover_walk.html", form, outcome, handover=handover_text(state.desk, number, clock),
            sections=sections, shift=() if pack is None else wording.shift(pack), trouble=trouble,
            items=walk_items(wording, stays),
            beside=await self.beside(view, wording),
            seen=self._shown(officer, state.desk, offer=handover.action_id, stays=stays) if is_answerable else "",
            may_take=is_answerable and officer.by == handover.to,
            may_return=is_answerable and may_return(officer, handover),
        )  # fmt: skip

    def _newest_of(self, officer: Officer) -> int:
        """The number of what they offered last; 0: it is not read back yet."""
        handovers = self.state().desk.handovers
        return max((number for number, each in enumerate(handovers, 1) if each.by == officer.by), default=0)

    async def pack(self, number: int) -> tuple[bytes | None, str]:
        """The pack of a handover, or why it cannot be made again."""
        handover = self.state().desk.handovers[number - 1]
        try:
            return await self.acting.topics.ask(self.packs.of, handover), ""
        except (Unavailable, Unproved) as error:
            return None, printable(str(error))

    async def beside(self, view: BoardView, wording: PackTextBuilder) -> BesideText:
        """How the board was seen in a view."""
        fresh, letter = self.news.fresh(), None
        try:
            letter = await self.acting.topics.ask(self.newest_letter)
        except Unavailable as error:
            return beside_text(view, fresh, error, wording)
        return beside_text(view, fresh, letter, wording)

    async def _look(
        self,
        officer: Officer,
        desk: Desk,
        view: BoardView,
        sections: Sequence[PackSectionText],
        stays: Sequence[int] = (),
    ) -> None:
        """Raises Unavailable."""
        named = [*shown_stays(sections), *stays, *beside_stays(view, desk)]
        await self.leases.look_at_stays(officer, "handover", named)

    def _shown(
        self, officer: Officer, desk: Desk, pack: ShownPack | None = None, offer: str | None = None,
        stays: Sequence[int] = (),
    ) -> str:  # fmt: skip
        return ShownHandover(
            by=officer.by, action_id=new_action_id(), sequence_seen=desk.sequence, pack=pack, offer=offer,
            stays=tuple(stays),
        ).sealed(self.seal)  # fmt: skip

    def _page(self, request: Request, name: str, form: HandoverForm, outcome: Outcome, **context: object) -> Response:
        note = next((words for key, words in _NOTES.items() if key in request.query_params), "")
        answer = self.pages.page(
            request, name, outcome.status, form=form, outcome=outcome, note=note, why_not=why_not(_officer(request)),
            fresh=self.news.fresh(), made=self.pages.moment(), **context,
        )  # fmt: skip
        answer.headers["Vary"] = "Accept"
        return answer

    def unshown(
        self, request: Request, form: HandoverForm, words: str, status: int = 503, sign_in: str | None = None
    ) -> Response:
        """Nothing that names anybody; what was chosen and typed is theirs, and comes back."""
        if wants_json(request):
            body = outcome_document(Outcome(status, words)).json_text()
            return Response(body, status, media_type="application/json")
        fields = () if form.act is None else tuple(form.fields())
        return self.pages.page(
            request, "unshown.html", status, words=words, fields=fields, address=request.url.path, what="handover",
            sign_in=sign_in,
        )  # fmt: skip


def colleagues(desk: Desk, by: str) -> tuple[str, ...]:
    """Officers who have written, of the same way of signing in."""
    return tuple(sorted(name for name in desk.shifts if name != by and provider_of(name) == provider_of(by)))


def _officer(request: Request) -> Officer:
    officer: Officer = request.state.officer
    return officer
