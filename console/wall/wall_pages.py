"""`/wall`: the board for a screen that nobody sits at. It can do nothing, and names nobody in full."""

from itertools import groupby

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.access_log.leases import Leases, not_recorded
from console.pages import Pages
from console.wall.wall_source import WallSource
from models.errors import Unavailable

PATH, STREAM = "/wall", "wall"


class WallPages:
    """The wall of a console. A look is written as for the list itself, of which it shows a part."""

    def __init__(self, pages: Pages, leases: Leases) -> None:
        self._pages, self._leases = pages, leases
        self.news = WallSource(pages.fan_out)

    async def wall(self, request: Request) -> Response:
        """The page; whoever may see the list may see it."""
        if request.method == "HEAD":
            return HTMLResponse()
        try:
            return await self._leases.shown(request.state.officer, lambda: self._page(request), of_board=True)
        except Unavailable as error:
            return self._pages.message(request, 503, not_recorded(error))

    async def _page(self, request: Request) -> Response:
        text = self.news.frame.text
        rows = {is_below: list(rows) for is_below, rows in groupby(text.rows, lambda row: row.place != "in")}
        return self._pages.page(
            request, "wall.html", fresh=self.news.fresh(), text=text, inside=rows.get(False, []),
            below=rows.get(True, []), made=self._pages.moment(),
        )  # fmt: skip
