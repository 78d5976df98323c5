"""The page of what waits for a second person, with what has changed since each was proposed."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.access_log.leases import Leases, not_recorded
from console.officer import Officer
from console.pages import Pages, wants_json
from console.stays.action_desk import ActionDesk, why_not
from console.stays.live_desk import DeskState
from console.stays.queue_source import QueueSource
from console.stays.stay_document import StayDocument, stay_document
from console.stays.stay_text import StayText, stay_text
from models.errors import Unavailable
from sight.document import Document

MOST = 20
"""So many are shown, those that end first: for each the store is asked."""


@dataclass(frozen=True, slots=True)
class WaitingText:
    """One stay that waits: `seen` is what its forms bring back."""

    stay: StayText
    seen: str
    document: StayDocument


class SecondKeyDocument(Document):
    """What waits for a second person, the soonest to end first: of `total` proposals."""

    total: int
    stays: tuple[StayDocument, ...]


@dataclass(frozen=True, slots=True)
class SecondKey:
    """Each time that it is shown is one look at the stays on it."""

    pages: Pages
    news: QueueSource
    acting: ActionDesk
    leases: Leases

    async def page(self, request: Request) -> Response:
        """For people, or for programs."""
        if request.method == "HEAD":
            return HTMLResponse()
        officer: Officer = request.state.officer
        state = self.news.book.state(self.news.now())
        waiting = sorted(state.desk.open_proposals, key=lambda each: (each[1].until, each[0]))
        stays = [stay for stay, _ in waiting[:MOST]]
        try:
            await self.leases.look_at_stays(officer, "second_key", stays)
        except Unavailable as error:
            return self.pages.message(request, 503, not_recorded(error))
        try:
            texts = await self.acting.reads.ask(lambda: [self._text(officer, state, stay) for stay in stays])
        except Unavailable as error:
            return self.pages.message(request, 503, f"The second key waits for the store: {error}.")
        if wants_json(request):
            document = SecondKeyDocument(total=len(waiting), stays=tuple(each.document for each in texts))
            return Response(document.json_text(), media_type="application/json")
        return self.pages.page(
            request, "second_key.html", texts=texts, total=len(waiting), why_not=why_not(officer),
            fresh=self.news.fresh(), made=self.pages.moment(),
        )  # fmt: skip

    def _text(self, officer: Officer, state: DeskState, stay: int) -> WaitingText:
        asked = self.acting.lookup.ask(state, stay)
        alert, seen = self.news.alert(state, stay), self.acting.seen(officer, state.desk, stay, asked)
        desk = self.acting.lookup.opened(state.desk, stay)
        text = stay_text(self.news.board, desk, desk.stays[stay], alert, asked, officer, self.news.clock)
        return WaitingText(text, seen, stay_document(text, asked, seen, why_not(officer)))
