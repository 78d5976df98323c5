"""`/people/<handle>` and `/find`: one person, whom no address names; a reason is asked, and written down with it."""

from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from console.pages import wants_json
from console.past.moments import asked_instant
from console.past.past_desk import Instead, PastDesk, by, here, typed
from console.past.person_document import PersonDocument
from console.past.person_stays import PersonStays
from console.past.person_text import person_text, whole_moment
from console.past.questions import PersonQuestion
from models.access_log.look import PersonLook
from models.instants import format_instant
from sight.printable import printable

_LONGEST_ID = 128
_GONE = "This address was made under another secret, or by nobody: open the person from the board, or by their id."
_WHY = "Say why you look: it is recorded with your name."


@dataclass(frozen=True, slots=True)
class PeoplePages:
    """The pages of a console about one person. `stays`: what its desk says; None: it has none."""

    desk: PastDesk
    stays: PersonStays | None = None

    def routes(self) -> list[Route]:
        """What is answered where."""
        methods, page = ["GET", "POST"], self.desk.page
        return [
            Route("/find", page(self.find), methods=methods),
            Route("/people/{handle}", page(partial(self.person, is_printed=False)), methods=methods),
            Route("/people/{handle}/print", page(partial(self.person, is_printed=True)), methods=methods),
        ]

    async def find(self, request: Request) -> Response:
        """Asks for one id, exactly, and why."""
        handles = self.desk.handles_for(request)
        if request.method != "POST":
            return self._find_page(request)
        offender_id, why = await typed(request, "id", "why")
        if not offender_id or len(offender_id) > _LONGEST_ID:
            return self._find_page(
                request, 422, f"Give an id as it stands in a report, of up to {_LONGEST_ID} letters."
            )
        if not why:
            return self._find_page(request, 422, _WHY)
        handle = handles.handle(offender_id)
        self.desk.given.say(by(request), handle, why)
        return RedirectResponse(f"/people/{handle}", 303)

    async def person(self, request: Request, *, is_printed: bool) -> Response:
        """The page about one person; `is_printed`: for paper, handed on to somebody."""
        handles, handle = self.desk.handles_for(request), request.path_params["handle"]
        offender_id = handles.open(handle)
        if offender_id is None:
            return self.desk.refusal(request, 410, _GONE)
        about = handle + ("/print" if is_printed else "")
        if request.method == "POST":
            return await self._say(request, about, "recipient" if is_printed else "why")
        why = await self._why(request, handle, offender_id)
        recipient = self._recipient(request, about) if is_printed else None
        question = self._question(request, offender_id)
        document = await self.desk.answer(request, question, PersonDocument)
        look = PersonLook.model_validate({
            **self.desk.head(request, int(document.is_known)), "subject": handles.mark(offender_id), "why": why,
            "moment": None if question.at is None else format_instant(question.at), "known": document.known,
            "found": document.is_known, "recipient": recipient,
        })  # fmt: skip
        await self.desk.record(request, look)
        self.desk.given.forget(by(request), f"{handle}/print")
        return self._page(request, document, look)

    async def _say(self, request: Request, about: str, name: str) -> Response:
        (words,) = await typed(request, name)
        if not words:
            return self._ask(request, 422, name)
        self.desk.given.say(by(request), about, words)
        return RedirectResponse(here(request), 303)

    def _recipient(self, request: Request, about: str) -> str:
        """Raises Instead: asks for it."""
        recipient = self.desk.given.said(by(request), about)
        if recipient is None:
            raise Instead(self._ask(request, 200, "recipient"))
        return recipient

    async def _why(self, request: Request, handle: str, offender_id: str) -> str:
        """What was said before, or the stay from which the page is opened, if it is theirs. Raises Instead: asks."""
        said, stay = self.desk.given.said(by(request), handle), request.query_params.get("of", "")
        if said is not None:
            return said
        is_plain = stay.isascii() and stay.isdigit() and len(stay) < 19
        if self.stays is not None and is_plain:
            whose = await self.desk.soon(request, self.stays.who(int(stay)))
            why = f"stay {self.desk.pages.board}:{int(stay)}"
            if whose == offender_id:
                self.desk.given.say(by(request), handle, why)
                return why
        raise Instead(self._ask(request, 200, "why"))

    def _question(self, request: Request, offender_id: str) -> PersonQuestion:
        """Raises Instead."""
        at, known = request.query_params.get("t", ""), request.query_params.get("known", "then")
        try:
            instant = asked_instant(at, self.desk.zone) if at else None
        except ValueError as error:
            raise Instead(self.desk.refusal(request, 422, str(error))) from None
        return PersonQuestion(offender_id, instant, by_later=instant is not None and known == "now")

    def _page(self, request: Request, document: PersonDocument, look: PersonLook) -> Response:
        status, zone = 200 if document.is_known else 404, self.desk.zone
        if wants_json(request):
            return Response(document.json_text(), status, media_type="application/json")
        begun = [each.alert_id for each in document.alerts if each.transition == "entered"]
        stays = {} if self.stays is None else self.stays.lines(begun)
        text = person_text(document, zone, is_past=look.moment is not None)
        return self.desk.pages.page(
            request, "person.html", status, document=document, look=look, text=text, stays=stays,
            as_of=whole_moment(document.as_of, zone),
            address=f"/people/{request.path_params['handle']}", query=request.url.query,
            asked=request.query_params.get("t", ""), who=printable(document.offender_id), made=self.desk.pages.moment(),
        )  # fmt: skip

    def _ask(self, request: Request, status: int, name: str) -> Response:
        """It names nobody."""
        if wants_json(request):
            return self.desk.refusal(request, 422, f"Say {name} first, by a form: `{name}=...`, sent to this address.")
        self.desk.process.prepare()
        title = "Print the page about a person" if name == "recipient" else "Look at a person"
        return self.desk.pages.page(
            request, "past_ask.html", status, address=here(request), asks=name, title=title, stay=""
        )

    def _find_page(self, request: Request, status: int = 200, words: str = "") -> Response:
        self.desk.process.prepare()
        return self.desk.pages.page(request, "find.html", status, words=words)
