"""When an officer was last at the keys: a screen that nobody sits at opens nobody and does nothing in their name."""

import threading
from collections.abc import Callable, Iterable
from contextlib import suppress

from starlette.requests import HTTPConnection

from models.errors import Unavailable
from models.instants import SECOND
from state.sign_ins import SignIns

IDLE_SECONDS = 1_800
"""So long without a key, a press or a request; then a sign-in is asked for, and the list alone stays."""

AWAY = f"Nobody has used this screen for {IDLE_SECONDS // 60} minutes. Sign in again, so that it is you."
_NOTED_SECONDS = 60
_MOST = 4_096
_MARK = "seen:"
_RENEW_THEMSELVES = {"/board", "/queue", "/wall"}
"""Without a script; only a browser that says so has been asked by a person."""


def is_by_hand(connection: HTTPConnection) -> bool:
    """Whether a request says that somebody sits there: a stream does not, nor a page that loads itself again."""
    path = connection.scope["path"]
    is_asked = path not in _RENEW_THEMSELVES or connection.headers.get("sec-fetch-user") == "?1"
    return path != "/stream" and is_asked


def away_words(request: HTTPConnection) -> str:
    """Why a sign-in page is shown; empty: somebody has asked for it."""
    return AWAY if "away" in request.query_params else ""


class IdleSessions:
    """Of one process. What others have seen stands beside the sessions; safe to share between threads.

    It ends and begins no session: what is noted about one that was revoked is nobody's.
    """

    def __init__(self, kept: SignIns, clock: Callable[[], int]) -> None:
        self._kept, self._clock = kept, clock
        self._seen: dict[str, int] = {}
        self._lock = threading.Lock()

    def is_idle(self, digest: str, began_at: int, *, by_hand: bool) -> bool:
        """Whether nobody was there for half an hour. While the store is away, what this process has seen counts."""
        now = self._clock()
        seen = max(began_at, self._seen.get(digest, 0))
        if _is_over(seen, now):
            seen = max(seen, min(now, self._noted(digest)))
        if _is_over(seen, now):
            return True
        if by_hand and now - seen >= _NOTED_SECONDS * SECOND:
            self._note(digest, now)
        return False

    def _noted(self, digest: str) -> int:
        with suppress(Unavailable, ValueError):
            return int(self._kept.find(_MARK + digest) or 0)
        return 0

    def _note(self, digest: str, now: int) -> None:
        with self._lock:
            self._seen[digest] = now
            if len(self._seen) > _MOST:
                self._seen = {each: seen for each, seen in self._seen.items() if not _is_over(seen, now)}
        with suppress(Unavailable):
            self._kept.keep(_MARK + digest, str(now).encode())


def is_note(name: str) -> bool:
    """Whether this stands beside the sessions, and is none."""
    return name.startswith(_MARK)


def unowned(names: Iterable[str], digests: Iterable[str]) -> list[str]:
    """Of what is kept the notes about no session of these."""
    theirs = {_MARK + digest for digest in digests}
    return [name for name in names if is_note(name) and name not in theirs]


def _is_over(seen: int, now: int) -> bool:
    return now - seen >= IDLE_SECONDS * SECOND
