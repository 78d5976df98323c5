"""The pages of the queue and of single stays: asked for, and acted on by plain forms or by programs."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import Scope

from console.access_log.leases import Leases, not_recorded
from console.handover.shift_pages import ShiftPages
from console.handover.shift_words import shift_words
from console.officer import Officer
from console.pages import Pages, wants_json
from console.programs.actions_page import ActionsPage
from console.programs.queue_document import queue_page_document
from console.stays.action_desk import ActionDesk, why_not
from console.stays.addressed_stay import addressed_stay
from console.stays.forms import StayForm, read_stay_form
from console.stays.live_desk import DeskState
from console.stays.outcome import Outcome, outcome_document
from console.stays.person_view import PersonView
from console.stays.queue_source import QueueSource
from console.stays.readable_alerts import readable_alerts, readable_stay
from console.stays.second_key import SecondKey
from console.stays.stay_document import stay_document
from console.stays.stay_text import stay_text
from models.errors import Unavailable
from sealing.handles import Handles

_SENT = "It is written. This console has not read it back yet: look again in a moment."
_NOTES = {"done": "It is done.", "sent": _SENT}
_NOTHING = StayForm(None, "")
_READING = Outcome(200, "")


@dataclass(frozen=True, slots=True)
class StayPages:
    """Those of one desk."""

    pages: Pages
    news: QueueSource
    acting: ActionDesk
    leases: Leases
    shifts: ShiftPages
    handles: Handles | None = None
    """under which the page about a person has its address; None: there is none"""

    def routes(self) -> list[Route]:
        """What is answered where."""
        second = SecondKey(self.pages, self.news, self.acting, self.leases)
        actions = ActionsPage(self.news.board, self.acting, self._sequence)
        return [
            Route("/queue", self.queue),
            Route("/second-key", second.page),
            Route("/stays/{alert_id}", self.stay, methods=["GET", "POST"]),
            Route("/stays/{alert_id}/actions", actions.page, methods=["POST"]),
            *self.shifts.routes(),
        ]

    async def queue(self, request: Request) -> Response:
        """What waits: it names those on the list, and is shown under the same lease."""
        if request.method == "HEAD":
            return HTMLResponse()
        try:
            answer = await self.leases.shown(request.state.officer, lambda: self._queue(request), of_board=False)
        except Unavailable as error:
            return self.pages.message(request, 503, not_recorded(error))
        answer.headers["Vary"] = "Accept"
        return answer

    async def _queue(self, request: Request) -> Response:
        if not wants_json(request):
            return self.pages.page(
                request, "queue.html", fresh=self.news.fresh(), queue=self.news.frame.text, made=self.pages.moment()
            )
        state = self._state()
        alerts = await readable_alerts(self.news, self.acting.reads, state)
        document = queue_page_document(self.news.board, state.desk, alerts, self.news.clock, self.news.fresh())
        return Response(document.json_text(), media_type="application/json")

    async def stay(self, request: Request) -> Response:
        """One stay, or what becomes of an action about it."""
        sequence = self._sequence(request.path_params["alert_id"])
        if request.method != "POST":
            return await self._page(request, sequence, _NOTHING, _READING)
        form = read_stay_form(await request.body())
        officer = _officer(request)
        if officer is None or why_not(officer):
            outcome = Outcome(403, why_not(officer))
        else:
            outcome = await self.acting.in_time(self.acting.act, officer, sequence, form)
        if wants_json(request):
            body = outcome_document(outcome).json_text()
            return Response(body, outcome.status, media_type="application/json")
        if outcome.is_written:
            word = "done" if outcome.status == 201 else "sent"
            return RedirectResponse(f"{request.url.path}?{word}", 303)
        return await self._page(request, sequence, form, outcome)

    def _sequence(self, alert_id: str) -> int:
        return addressed_stay(alert_id, self.news.board, self._state().desk)

    def shift_words(self, officer: Officer) -> str:
        """Since when they are on duty."""
        return shift_words(self._state().desk, officer, self.news.clock)

    def _state(self) -> DeskState:
        return self.news.book.state(self.news.now())

    async def _page(self, request: Request, sequence: int, form: StayForm, outcome: Outcome) -> Response:
        state, officer = self._state(), _officer(request)
        if request.method == "HEAD" or officer is None:
            return HTMLResponse(status_code=200 if officer else 403)
        try:
            await self.leases.look_at_stay(officer, sequence)
        except Unavailable as error:
            return self._unshown(request, form, f"{outcome.words} {not_recorded(error)}".strip())
        asked, desk, alert = await readable_stay(self.news, self.acting, state, sequence)
        text = stay_text(self.news.board, desk, desk.stays[sequence], alert, asked, officer, self.news.clock)
        seen = self.acting.seen(officer, state.desk, sequence, asked)
        if wants_json(request):
            document = stay_document(text, asked, seen, why_not(officer))
            return Response(document.json_text(), media_type="application/json")
        word = next((words for name, words in _NOTES.items() if name in request.query_params), "")
        return self.pages.page(
            request, "stay.html", outcome.status, stay=text, seen=seen, form=form, outcome=outcome, note=word,
            why_not=why_not(officer), fresh=self.news.fresh(), made=self.pages.moment(),
            person=self._person_address(sequence, asked),
        )  # fmt: skip

    def _person_address(self, sequence: int, asked: PersonView) -> str:
        """Of the page about the person; the stay is the reason for opening it."""
        if self.handles is None or asked.person is None:
            return ""
        return f"/people/{self.handles.handle(asked.person.offender_id)}?of={sequence}"

    def _unshown(self, request: Request, form: StayForm, words: str) -> Response:
        """Nothing that names anybody; what was typed is theirs, and comes back."""
        if wants_json(request):
            body = outcome_document(Outcome(503, words)).json_text()
            return Response(body, 503, media_type="application/json")
        return self._given_back(request, form, 503, words, None)

    def _given_back(self, request: Request, form: StayForm, status: int, words: str, sign_in: str | None) -> Response:
        return self.pages.page(
            request, "unshown.html", status, words=words, fields=tuple(form.fields()), address=request.url.path,
            what="stay", sign_in=sign_in,
        )  # fmt: skip

    def give_back(self, sign_in: str | None, scope: Scope, body: bytes, status: int, words: str) -> Response | None:
        """The form of somebody who is no officer now, so that they can send it again when they are; it names nobody."""
        form = read_stay_form(body)
        if form.act is None or not scope["path"].startswith("/stays/"):
            return self.shifts.give_back(sign_in, scope, body, status, words)
        return self._given_back(Request({**scope, "headers": []}), form, status, words, sign_in)


def _officer(request: Request) -> Officer | None:
    officer: Officer | None = request.state.officer
    return officer
