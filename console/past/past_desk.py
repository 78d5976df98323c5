"""What every page about the past needs: who may see it, an answer or the wait for it, and its record before it."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from console.access_log.leases import Write, look_head, not_recorded
from console.form_fields import form_fields
from console.officer import Officer, Role
from console.pages import Pages, wants_json
from console.past.child import Answer
from console.past.given_reasons import LONGEST, GivenReasons
from console.past.moments import read_instants
from console.past.process import Job, PastProcess, QueueFull
from console.past.questions import Question
from models.access_log.look import Look
from models.errors import HarmwatchError, Unavailable, Unproved, WrongUse
from sealing.handles import Handles
from sight.document import Document
from sight.printable import printable

A = TypeVar("A")
AT_ONCE_SECONDS = 1.5
"""So long a request waits before its page says what it waits for."""

AGAIN_SECONDS = 1
_SPACE = " \t\r\n"
MAY_LOOK_BACK = frozenset({Role.OFFICER, Role.SUPERVISOR, Role.AUDITOR})
_NO_SECRET = (
    "Pages about persons need a secret under which addresses name nobody: HARMWATCH_CONSOLE_SECRET names its file. "
    "Those who run this console can make one."
)


_STATUSES: dict[type[HarmwatchError], int] = {WrongUse: 422, Unproved: 404}


class Instead(Exception):
    """Another answer than the page that was asked for."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


Handler = Callable[[Request], Awaitable[Response]]


class RefusalDocument(Document):
    """Why there is no answer, or what it waits for."""

    words: str


@dataclass(frozen=True, slots=True)
class PastDesk:
    """Of one console; without `handles` it has no pages about persons."""

    pages: Pages
    process: PastProcess
    write: Write
    handles: Handles | None = None
    given: GivenReasons = field(default_factory=GivenReasons)

    @property
    def zone(self) -> tzinfo:
        """In which instants are read and shown."""
        return self.pages.zone or UTC

    def page(self, handler: Handler) -> Handler:
        """A handler for those who may look back; who asks for nothing but the head gets nothing else."""

        async def answer(request: Request) -> Response:
            officer: Officer = request.state.officer
            if officer.role not in MAY_LOOK_BACK:
                return self.refusal(request, 403, "Looking back is for officers, supervisors and auditors.")
            try:
                return HTMLResponse() if request.method == "HEAD" else await handler(request)
            except Instead as instead:
                return instead.response

        return answer

    def handles_for(self, request: Request) -> Handles:
        """What opens an address that names a person. Raises Instead."""
        if self.handles is None:
            raise Instead(self.refusal(request, 503, _NO_SECRET))
        return self.handles

    async def answer(self, request: Request, question: Question, kind: type[A]) -> A:
        """What the process answers. Raises Instead: a page that says what it waits for, or why there is none."""
        try:
            job = self.process.ask(question, by(request))
            answer = asyncio.wrap_future(job.future)
            answer.add_done_callback(_is_heard)
            reply = await asyncio.wait_for(asyncio.shield(answer), AT_ONCE_SECONDS)
        except TimeoutError:
            raise Instead(self._waiting(request, job)) from None
        except HarmwatchError as error:
            raise Instead(self._failed(request, error)) from None
        if not isinstance(reply, kind):
            raise TypeError(f"{type(question).__name__} was answered {type(reply).__name__}")
        return reply

    def _failed(self, request: Request, error: HarmwatchError) -> Response:
        if isinstance(error, QueueFull):
            return self.refusal(request, 503, f"{_sentence(error)}.", {"Retry-After": "60"})
        status = next((status for kind, status in _STATUSES.items() if isinstance(error, kind)), 503)
        words = f"The past cannot be asked now: {printable(str(error))}" if status == 503 else _sentence(error)
        return self.refusal(request, status, f"{read_instants(words, self.zone)}.")

    async def soon(self, request: Request, reply: Awaitable[A]) -> A:
        """What the desk says. Raises Instead where the key store does not answer."""
        try:
            return await reply
        except Unavailable as error:
            raise Instead(self.refusal(request, 503, f"Whom it is about cannot be read now: {error}.")) from None

    async def record(self, request: Request, look: Look) -> None:
        """Before the first byte of what it shows. Raises Instead: a page without a name, as it cannot be written."""
        try:
            await self.write(look)
        except Unavailable as error:
            raise Instead(self.refusal(request, 503, not_recorded(error))) from None

    def head(self, request: Request, results: int) -> dict[str, Any]:  # Any: the fields
        """What every record begins with; `results`: how many persons or alerts the answer shows."""
        return look_head(self.pages.board, request.state.officer) | {"results": results}

    def refusal(
        self, request: Request, status: int, words: str, headers: Mapping[str, str] | None = None
    ) -> Response:  # fmt: skip
        """A page that says why, or the same as a document."""
        if wants_json(request):
            body = RefusalDocument(words=words).json_text()
            return Response(body, status, dict(headers or {}), media_type="application/json")
        answer = self.pages.message(request, status, words)
        answer.headers.update(headers or {})
        return answer

    def _waiting(self, request: Request, job: Job) -> Response:
        words = self._what_it_waits_for(job)
        again = {"Retry-After": str(AGAIN_SECONDS)}
        if wants_json(request):
            return Response(RefusalDocument(words=words).json_text(), 202, again, media_type="application/json")
        answer = self.pages.page(request, "past_waiting.html", 202, words=words, again=AGAIN_SECONDS)
        answer.headers.update(again)
        return answer

    def _what_it_waits_for(self, job: Job) -> str:
        limit = f"{self.process.limit_seconds:g} s"
        if job.begun_at is None:
            before = self.process.before(job)
            others = "one question is" if before == 1 else f"{before} questions are"
            return f"It waits: {others} answered before it, each within {limit}."
        seconds = time.monotonic() - job.begun_at
        return f"It has been computed from Kafka for {seconds:.0f} s, and is given up after {limit}."


async def typed(request: Request, *names: str) -> tuple[str, ...]:
    """What stands in the fields of a form, without space around it, cut where too long.

    Words in which nothing is to be seen are none; an id is as it is.
    """
    reply = dict(form_fields(await request.body()))
    texts = (reply.get(name, "").strip(_SPACE)[:LONGEST] for name in names)
    return tuple(
        text if name == "id" or any(map(_is_seen, text)) else "" for name, text in zip(names, texts, strict=True)
    )


def _is_seen(letter: str) -> bool:
    return letter.isprintable() and not letter.isspace()


def by(request: Request) -> str:
    """Who asks."""
    officer: Officer = request.state.officer
    return officer.by


def here(request: Request) -> str:
    """The address that was asked for."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def _is_heard(answer: asyncio.Future[Answer]) -> None:
    """A page that did not wait for it leaves it to another one: what went wrong is no news to a log."""
    if not answer.cancelled():
        answer.exception()


def _sentence(error: Exception) -> str:
    words = printable(str(error))
    return words[:1].upper() + words[1:]
