"""`/ageing`: what may have been forgotten, for people and for programs."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.access_log.leases import Leases, not_recorded
from console.handover.ageing_text import MOST, ageing_document, ageing_sections
from console.pages import Pages, wants_json
from console.stays.queue_source import QueueSource
from console.stays.readable_alerts import readable_alerts
from console.store_threads import StoreThreads
from desk.ageing import ageing_items
from models.errors import Unavailable


@dataclass(frozen=True, slots=True)
class AgeingPages:
    """Each time that it is shown is one look at the stays on it."""

    pages: Pages
    news: QueueSource
    leases: Leases
    reads: StoreThreads

    async def page(self, request: Request) -> Response:
        """As whoever asks can read it."""
        if request.method == "HEAD":
            return HTMLResponse()
        state = self.news.book.state(self.news.now())
        items = ageing_items(state.desk)
        try:
            await self.leases.look_at_stays(request.state.officer, "ageing", [item.stay for item in items[:MOST]])
        except Unavailable as error:
            return self.pages.message(request, 503, not_recorded(error))
        alerts = await readable_alerts(self.news, self.reads, state)
        if wants_json(request):
            document = ageing_document(self.news.board, state.desk, alerts)
            answer = Response(document.json_text(), media_type="application/json")
        else:
            sections = ageing_sections(self.news.board, state.desk, items, alerts, self.news.clock)
            answer = self.pages.page(
                request, "ageing.html", sections=sections, total=len(items), most=MOST, fresh=self.news.fresh(),
                made=self.pages.moment(), has_begun=state.desk.rules is not None,
            )  # fmt: skip
        answer.headers["Vary"] = "Accept"
        return answer
