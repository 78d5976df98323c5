"""`/stays/<alert_id>/explanation` and `/proof`: files that leave the desk, each written down with its recipient."""

from dataclasses import dataclass
from functools import partial

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from console.past.past_desk import Instead, PastDesk, by, here, typed
from console.past.person_stays import PersonStays
from console.past.questions import ExplanationQuestion, ProofQuestion, Question
from models.access_log.look import FileLook
from models.alert import alert_id as alert_id_of

_KINDS = {"explanation": ("text/html; charset=utf-8", "html"), "proof": ("application/json", "json")}
_ASKS = "recipient and reason"


@dataclass(frozen=True, slots=True)
class FilePages:
    """Of one console with a desk."""

    desk: PastDesk
    stays: PersonStays

    def routes(self) -> list[Route]:
        """What is answered where."""
        return [
            Route(f"/stays/{{alert_id}}/{kind}", self.desk.page(partial(self.file, kind=kind)), methods=["GET", "POST"])
            for kind in _KINDS
        ]

    async def file(self, request: Request, *, kind: str) -> Response:
        """One file, once it was said to whom it goes and why."""
        alert_id = request.path_params["alert_id"]
        sequence, who = await self._stay(request, alert_id)
        if request.method == "POST":
            return await self._say(request, kind)
        said = self.desk.given.said(by(request), here(request))
        if said is None:
            return self._ask(request, 200, kind)
        recipient, _, why = said.partition("\n")
        made_by = by(request)
        question: Question = (
            ExplanationQuestion(sequence, who, made_by) if kind == "explanation" else ProofQuestion(alert_id)
        )
        content = await self.desk.answer(request, question, bytes)
        look = FileLook.model_validate({
            **self.desk.head(request, 1), "file": kind, "stay": sequence, "why": why, "recipient": recipient,
        })  # fmt: skip
        await self.desk.record(request, look)
        self.desk.given.forget(by(request), here(request))
        media_type, ending = _KINDS[kind]
        name = f"{kind}-{alert_id.replace(':', '-')}.{ending}"
        return Response(
            content, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )

    async def _stay(self, request: Request, alert_id: str) -> tuple[int, str]:
        """Its number and whose it is. Raises Instead."""
        number = alert_id.rpartition(":")[2]
        is_plain = number.isascii() and number.isdigit() and len(number) < 19
        if not is_plain or alert_id != alert_id_of(self.desk.pages.board, int(number)):
            raise Instead(self.desk.refusal(request, 404, "There is no such page."))
        who = await self.desk.soon(request, self.stays.who(int(number)))
        if who is None:
            words = "The desk has no such stay, or whom it is about cannot be read any more."
            raise Instead(self.desk.refusal(request, 404, words))
        return int(number), who

    async def _say(self, request: Request, kind: str) -> Response:
        recipient, why = await typed(request, "recipient", "why")
        if not recipient or not why:
            return self._ask(request, 422, kind)
        self.desk.given.say(by(request), here(request), f"{' '.join(recipient.split())}\n{why}")
        return RedirectResponse(here(request), 303)

    def _ask(self, request: Request, status: int, kind: str) -> Response:
        title = "Fetch the explanation of this stay" if kind == "explanation" else "Fetch the proof of this alert"
        return self.desk.pages.page(
            request,
            "past_ask.html",
            status,
            address=here(request),
            asks=_ASKS,
            title=title,
            stay=request.path_params["alert_id"],
        )
