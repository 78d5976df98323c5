"""The pages as HTML: everything that comes from elsewhere is escaped, and nothing stands inline."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from functools import cached_property
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import Scope

from console.assets import assets
from console.board_document import board_page_document
from console.display import Display, Theme, display_of
from console.fan_out import FanOut
from console.frames import Frame
from console.handover.desk_count import DeskCount
from console.officer import Officer
from console.sign_in.kept_form import KeptForm
from console.stays.outcome import Outcome, outcome_document
from models.instants import SECOND
from sight.local_times import full_moment

ALERTS_OPEN = 8
"""So many stand there at once; the older ones behind a heading that opens."""

_HEADINGS = {
    401: "Not signed in", 403: "Not for you", 404: "Not found", 405: "No such request", 409: "Not as things stand",
    413: "Too long", 421: "Another address", 503: "Not now",
}  # fmt: skip
_NOT_DONE = "This cannot be done"


@dataclass
class Pages:
    """Those of one board."""

    board: str
    policy: str
    fan_out: FanOut
    zone: tzinfo | None = None
    has_sign_out: bool = False
    shift: Callable[[Officer], str] = lambda _: ""
    """since when an officer is on duty, in words"""

    give_back: Callable[[KeptForm, str], Response | None] = lambda *_: None
    """the page of a form that was kept, with words above it; None: it is none of ours"""

    numbers: Callable[[], DeskCount | None] = lambda: None
    """how much waits at the desk; None: the console has none"""

    _tables: dict[tuple[int, bool], str] = field(default_factory=dict)

    @cached_property
    def _templates(self) -> Environment:
        made = Environment(
            loader=PackageLoader("console"), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        made.globals |= {
            "board": self.board,
            "policy": self.policy,
            "assets": {name.partition(".")[0]: asset.address for name, asset in assets().items()},
        }
        return made

    def board_page(self, request: Request) -> Response:
        """The board as it is now."""
        frame, officer = self.fan_out.frame, _officer_of(request)
        is_alone = officer is not None and officer.sees_one_page
        return self.page(request, "board.html", fresh=self.fan_out.fresh(), frame=frame, is_alone=is_alone,
                          table=self._table(frame, is_alone=is_alone), made=self.moment())  # fmt: skip

    def board_answer(self, request: Request) -> Response:
        """The board as whoever asks can read it: as a document where JSON is accepted and HTML is not."""
        if not wants_json(request):
            answer = self.board_page(request)
        else:
            fan_out, wording = self.fan_out, self.fan_out.wording
            officer = _officer_of(request)
            marks = (lambda _: None) if officer is not None and officer.sees_one_page else wording.stay_mark
            document = board_page_document(
                self.board, wording.band_size, wording.exit_rank, fan_out.view, fan_out.fresh(), marks
            )
            answer = Response(document.json_text(), media_type="application/json")
        answer.headers["Vary"] = "Accept"
        return answer

    def display_page(self, request: Request) -> Response:
        """What can be chosen, and the keys there are."""
        return self.page(request, "display.html", themes=list(Theme))

    def shift_page(self, request: Request) -> Response:
        """Asks whether another shift begins."""
        return self.page(request, "shift.html", shift=self.fan_out.frame.text.shift)

    def sign_in_page(
        self, request: Request, status: int = 200, words: str = "", headers: Mapping[str, str] | None = None,
        kept: KeptForm | None = None,
    ) -> Response:  # fmt: skip
        """Asks who somebody is; `words` say why the last answer did not do. `kept` is given back behind it."""
        answer = self.page(request, "sign_in.html", status, words=words, kept=kept)
        answer.headers.update(headers or {})
        return answer

    def access_page(
        self, request: Request, status: int = 200, words: str = "", rows: Sequence[object] | None = None, found: int = 0
    ) -> Response:
        """Asks an auditor what to show; `rows`: the looks that were found, of which there are `found`."""
        return self.page(request, "access.html", status, words=words, rows=rows, found=found)

    def message(self, request: Request, status: int, words: str) -> Response:
        """A page that says what is wrong; a program gets the same as a document."""
        if wants_json(request):
            text = outcome_document(Outcome(status, words)).json_text()
            return Response(text, status, media_type="application/json")
        return self.page(request, "message.html", status=status, words=words, heading=_HEADINGS.get(status, _NOT_DONE))

    def refusal(self, scope: Scope, status: int, words: str) -> Response:
        """The same at the gate, where of what was sent nothing counts but which kind of answer can be read."""
        accepted = [each for each in scope["headers"] if each[0] == b"accept"]
        return self.message(Request({**scope, "headers": accepted}), status, words)

    def page(self, request: Request, name: str, status: int = 200, **context: object) -> Response:
        """The page of a template, for whoever asks."""
        display: Display = display_of(request.cookies)
        officer = _officer_of(request)
        page = self._templates.get_template(name).render(
            display=display,
            here=name,
            status=status,
            officer=officer,
            has_sign_out=self.has_sign_out,
            waiting=self.numbers(),
            on_duty="" if officer is None else self.shift(officer),
            **context,
        )
        return HTMLResponse(page, status)

    def moment(self) -> str:
        """Now, as a page says when it was made."""
        return full_moment(round(time.time() * SECOND), self.zone)

    def _table(self, frame: Frame, *, is_alone: bool) -> str:
        """Rows and alerts as HTML: made once for a frame, since they are the same for everybody.

        `is_alone`: for those to whom the board is the only page, without what leads to others.
        """
        made = self._tables.get((frame.number, is_alone))
        if made is None:
            rows = {is_below: list(rows) for is_below, rows in groupby(frame.text.rows, lambda row: row.place != "in")}
            made = self._templates.get_template("table.html").render(
                inside=rows.get(False, []), below=rows.get(True, []), cut=frame.text.cut, shift=frame.text.shift,
                alerts=frame.text.alerts[:ALERTS_OPEN], older=frame.text.alerts[ALERTS_OPEN:], is_alone=is_alone,
                has_desk=self.numbers() is not None and not is_alone,
            )  # fmt: skip
            self._tables = {key: kept for key, kept in self._tables.items() if key[0] == frame.number}
            self._tables[frame.number, is_alone] = made
        return made


def _officer_of(request: Request) -> Officer | None:
    """None: nobody was asked for."""
    found: Officer | None = request.scope.get("state", {}).get("officer")
    return found


def wants_json(request: Request) -> bool:
    """Whether JSON is accepted and HTML is not."""
    accepted = request.headers.get("accept", "").lower()
    return "application/json" in accepted and "text/html" not in accepted
