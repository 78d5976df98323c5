"""`/access`: who was shown names, for auditors; who looks at that is written down first, with a reason."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from console.access_log.access_log import NEWEST, AccessLog
from console.officer import Officer, Role
from console.pages import Pages
from models.access_log.look import CommandLook, DisclosureLook, ListLook, LogLook, Look, StayLook, StaysLook
from models.errors import Unavailable
from models.instants import SECOND, Micros, format_instant, parse_instant
from sight.local_times import full_moment
from sight.printable import printable

_LONGEST_REASON, _LONGEST_NAME, _MOST_ROWS, _MOST_STAYS = 500, 200, 500, 20


@dataclass(frozen=True, slots=True)
class LookText:
    """A look in words."""

    at: str
    by: str
    role: str
    what: str


@dataclass(frozen=True, slots=True)
class _Asked:
    why: str
    officer: str
    since: Micros | None


class AccessPages:
    """Of one console."""

    def __init__(self, pages: Pages, access_log: AccessLog) -> None:
        self._pages, self._log = pages, access_log

    def routes(self) -> Sequence[BaseRoute]:
        """One."""
        return (Route("/access", self._access, methods=["GET", "POST"]),)

    async def _access(self, request: Request) -> Response:
        officer: Officer = request.state.officer
        if officer.role is not Role.AUDITOR:
            return self._pages.message(request, 403, "The access log is for auditors.")
        if request.method != "POST":
            return self._pages.access_page(request)
        try:
            asked = _read(await request.body())
        except ValueError as error:
            return self._pages.access_page(request, 422, words=str(error))
        try:
            await self._log.write(self._look(officer, asked))
            looks = await self._log.newest()
        except Unavailable as error:
            return self._pages.access_page(
                request, 503, words=f"The access log cannot be had: {printable(str(error))}."
            )
        rows = tuple(self._rows(looks, asked))
        words = f"Among the newest {NEWEST:,} records:" if len(looks) >= NEWEST else ""
        return self._pages.access_page(request, rows=rows[:_MOST_ROWS], words=words, found=len(rows))

    def _look(self, officer: Officer, asked: _Asked) -> LogLook:
        return LogLook(
            board=self._pages.board, by=officer.by, role=officer.role.value, why=asked.why,
            at=format_instant(round(time.time() * SECOND)), officer=asked.officer or None,
            since=None if asked.since is None else format_instant(asked.since),
        )  # fmt: skip

    def _rows(self, looks: Sequence[Look], asked: _Asked) -> Iterator[LookText]:
        for look in looks:
            at = parse_instant(look.at)
            if (not asked.officer or look.by == asked.officer) and (asked.since is None or at >= asked.since):
                yield LookText(full_moment(at, self._pages.zone), printable(look.by), look.role, what_words(look))


def what_words(look: Look) -> str:
    """What was shown."""
    match look:
        case ListLook():
            return f"the list, {look.lines:,} lines, from entry {look.from_entry:,} until {printable(look.until)}"
        case StayLook():
            return f"stay {look.stay:,}, at entry {look.from_entry:,}"
        case StaysLook():
            return f"{look.page}: {_stays(look.stays)}, at entry {look.from_entry:,}"
        case DisclosureLook():
            told = f"{look.page}, {_stays(look.stays)}, at entry {look.from_entry:,}"
            return f"printed for {printable(look.recipient)}: {told}: {printable(look.why)}"
        case CommandLook():
            about = look.subject or look.alert_id
            return f"harmwatch {look.command}" + ("" if about is None else f" about {printable(about)}")
        case LogLook():
            whose = "of everybody" if look.officer is None else f"of {printable(look.officer)}"
            return f"the access log {whose}: {printable(look.why)}"


def _stays(stays: Sequence[int]) -> str:
    told = ", ".join(f"{stay:,}" for stay in stays[:_MOST_STAYS])
    more = f" and {len(stays) - _MOST_STAYS:,} more" if len(stays) > _MOST_STAYS else ""
    return f"stays {told}{more}" if stays else "no stay"


def _read(body: bytes) -> _Asked:
    """What a form asks. Raises ValueError, in words for its page."""
    told = {name: text.strip() for name, text in parse_qsl(body.decode("ascii", "replace"))}
    why = told.get("why", "")[:_LONGEST_REASON]
    if not why:
        raise ValueError("Say why you look: it is recorded with your name.")
    since = told.get("since", "")
    try:
        instant = parse_instant(f"{since}T00:00:00Z") if since else None
    except ValueError:
        raise ValueError("The day is none: take one such as 2026-11-28.") from None
    return _Asked(why, told.get("officer", "")[:_LONGEST_NAME], instant)
