"""`/access`: who was shown names, for auditors; who looks at that is written down first, with a reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from console.access_log.access_log import NEWEST, AccessLog
from console.access_log.leases import look_head
from console.form_fields import form_fields
from console.officer import Officer, Role
from console.pages import Pages
from models.access_log.look import LogLook, Look
from models.errors import Unavailable
from models.instants import Micros, format_instant, parse_instant
from sight.local_times import full_moment
from sight.look_words import look_words
from sight.printable import printable

_LONGEST_REASON, _LONGEST_NAME, _MOST_ROWS = 500, 200, 500


@dataclass(frozen=True, slots=True)
class LookText:
    """A look in words."""

    at: str
    by: str
    role: str
    address: str
    category: str
    what: str


@dataclass(frozen=True, slots=True)
class _Asked:
    why: str
    officer: str
    since: Micros | None

    def wants(self, look: Look) -> bool:
        """Whether it is one of those that are asked for."""
        is_theirs = not self.officer or look.by == self.officer
        return is_theirs and (self.since is None or parse_instant(look.at) >= self.since)


class AccessPages:
    """The pages of a console on which an auditor reads who looked."""

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
            looks = await self._log.newest()
            found = [look for look in looks if asked.wants(look)]
            own = self._look(officer, asked, len(found))
            await self._log.write(own)
        except Unavailable as error:
            return self._pages.access_page(
                request, 503, words=f"The access log cannot be had: {printable(str(error))}."
            )
        rows = tuple(map(self._row, [own, *found] if asked.wants(own) else found))
        words = f"Among the newest {NEWEST:,} records:" if len(looks) >= NEWEST else ""
        return self._pages.access_page(request, rows=rows[:_MOST_ROWS], words=words, found=len(rows))

    def _look(self, officer: Officer, asked: _Asked, found: int) -> LogLook:
        return LogLook(
            **look_head(self._pages.board, officer), results=found, why=asked.why, officer=asked.officer or None,
            since=None if asked.since is None else format_instant(asked.since),
        )  # fmt: skip

    def _row(self, look: Look) -> LookText:
        at = full_moment(parse_instant(look.at), self._pages.zone)
        address = "" if look.address is None else printable(look.address)
        return LookText(at, printable(look.by), look.role, address, look.category, look_words(look))


def _read(body: bytes) -> _Asked:
    """What a form asks. Raises ValueError, in words for its page."""
    fields = {name: text.strip() for name, text in form_fields(body)}
    why = fields.get("why", "")[:_LONGEST_REASON]
    if not why:
        raise ValueError("Say why you look: it is recorded with your name.")
    since = fields.get("since", "")
    try:
        instant = parse_instant(f"{since}T00:00:00Z") if since else None
    except ValueError:
        raise ValueError("The day is none: take one such as 2026-11-28.") from None
    return _Asked(why, fields.get("officer", "")[:_LONGEST_NAME], instant)
