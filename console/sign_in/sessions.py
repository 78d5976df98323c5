"""Sessions: what an officer holds between sign-in and sign-out, known to every console of the board."""

import json
import re
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from hashlib import sha256

from console.sign_in.idle_sessions import IdleSessions, is_note, unowned
from models.errors import Unavailable
from models.instants import SECOND
from state.sign_ins import SignIns

LASTS_SECONDS = 12 * 3_600
"""A shift; then everybody signs in again."""

HONOURED_SECONDS = 600.0
"""For so long a process believes what it has checked itself, while the store is away."""

_PAUSE_SECONDS = 2.0
"""A store that has not answered is left alone for so long: nobody else waits for it meanwhile."""

MOST_OF_ONE = 20
"""Sessions of one officer: another one ends their oldest."""

_SHAPE = re.compile(r"[A-Za-z0-9_-]{43}")
_MOST_ENDED = 10_000


@dataclass(frozen=True, slots=True)
class Session:
    """Of `by`, from when until when (microseconds). `mark`: under which password, or in which role."""

    by: str
    began_at: int
    ends_at: int
    mark: str

    def is_over(self, now: int) -> bool:
        """At `now` (microseconds); also for a clock that was set back before it began."""
        return not self.began_at - 300 * SECOND <= now < self.ends_at


def read_session(value: bytes) -> Session | None:
    """None: it is none of ours."""
    try:
        content = json.loads(value)
        session = Session(str(content["by"]), int(content["began_at"]), int(content["ends_at"]), str(content["mark"]))
    except (ValueError, KeyError, TypeError):
        return None
    return session


def digest_of(secret: str) -> str:
    """Under which it is kept; its beginning names the session to operators."""
    return sha256(secret.encode()).hexdigest()


def wall_us() -> int:
    """The time now in microseconds."""
    return round(time.time() * SECOND)


def _over(everyone: Mapping[str, Session | None], now: int, by: str) -> list[str]:
    """Digests of those that are over, and of one officer's oldest, so that there is room for one more of theirs."""
    over = [digest for digest, each in everyone.items() if each is None or each.is_over(now)]
    theirs = {digest: each.began_at for digest, each in everyone.items() if each is not None and each.by == by}
    oldest_first = sorted(theirs.keys() - set(over), key=theirs.__getitem__)
    return over + oldest_first[: max(0, len(oldest_first) - MOST_OF_ONE + 1)]


class Sessions:
    """Of one process; safe to share between threads."""

    def __init__(
        self, kept: SignIns, clock: Callable[[], int] = wall_us, steady: Callable[[], float] = time.monotonic
    ) -> None:
        self._kept, self._clock, self._steady = kept, clock, steady
        self._idle = IdleSessions(kept, clock)
        self._checked: dict[str, tuple[Session, float]] = {}
        self._ended: dict[str, float] = {}  # kept for as long as one that was read before could be believed
        self._owed: set[str] = set()  # of these, what the store has not heard yet
        self._away_until = 0.0
        self._lock = threading.Lock()

    def begin(self, by: str, mark: str, lasts_seconds: int = LASTS_SECONDS) -> str:
        """A secret that no one has had before; what is over is cleared away. Raises Unavailable."""
        now = self._clock()
        session, secret = Session(by, now, now + lasts_seconds * SECOND, mark), secrets.token_urlsafe(32)
        there = self._kept.all()
        everyone = {digest: read_session(value) for digest, value in there.items() if not is_note(digest)}
        over = _over(everyone, now, by)
        self._kept.remove(*over, *unowned(there, everyone.keys() - set(over)))
        self._kept.keep(digest_of(secret), json.dumps(asdict(session)).encode())
        self._note(digest_of(secret), session)
        return secret

    def find(self, secret: str) -> Session | None:
        """None: there is none, or none any more. Raises Unavailable where neither store nor memory can say."""
        digest = digest_of(secret)
        if _SHAPE.fullmatch(secret) is None or self._is_ended(digest):
            return None
        if self._steady() < self._away_until:
            session = self._remembered(digest, Unavailable("Redis does not answer"))
        else:
            session = self._look(digest)
        is_none = session is None or session.is_over(self._clock()) or self._is_ended(digest)
        return None if is_none else session

    def present(self, secret: str, *, by_hand: bool) -> tuple[Session, bool] | None:
        """The same as `find`, and whether it is idle; `by_hand`: this request says that somebody is there."""
        session = self.find(secret)
        if session is None:
            return None
        return session, self._idle.is_idle(digest_of(secret), session.began_at, by_hand=by_hand)

    def end(self, secret: str) -> None:
        """At once in this process, everywhere as soon as the store answers.

        Raises Unavailable where it is none that this process knows, and the store cannot be asked: what anybody may
        send is not kept.
        """
        digest = digest_of(secret)
        if _SHAPE.fullmatch(secret) is None or self._is_ended(digest):
            return
        with self._lock:
            is_known = digest in self._checked
            if is_known:
                self._bury(digest)
                self._owed.add(digest)
        if is_known:
            self._settle()
        elif self._is_removed(digest):
            with self._lock:
                self._bury(digest)

    def _is_ended(self, digest: str) -> bool:
        with self._lock:
            return digest in self._ended

    def _bury(self, digest: str) -> None:
        """To be called under the lock: it is believed no more, whatever has been read of it."""
        self._checked.pop(digest, None)
        self._ended[digest] = self._steady()
        since = self._steady() - HONOURED_SECONDS
        while oldest := next(iter(self._ended)):
            is_needed = self._ended[oldest] >= since or oldest in self._owed
            if is_needed and len(self._ended) <= _MOST_ENDED:
                return
            del self._ended[oldest]
            self._owed.discard(oldest)

    def _is_removed(self, digest: str) -> bool:
        if self._steady() < self._away_until:
            raise Unavailable("Redis does not answer")
        try:
            return self._kept.remove(digest) > 0
        except Unavailable:
            self._away_until = self._steady() + _PAUSE_SECONDS
            raise

    def _look(self, digest: str) -> Session | None:
        try:
            value = self._kept.find(digest)
        except Unavailable as error:
            self._away_until = self._steady() + _PAUSE_SECONDS
            return self._remembered(digest, error)
        self._settle()
        session = None if value is None else read_session(value)
        self._note(digest, session)
        return session

    def _remembered(self, digest: str, error: Unavailable) -> Session | None:
        known = self._checked.get(digest)
        if known is None or self._steady() - known[1] >= HONOURED_SECONDS:
            raise error
        return known[0]

    def _note(self, digest: str, session: Session | None) -> None:
        with self._lock:
            self._checked.pop(digest, None)
            if session is not None and digest not in self._ended:
                self._checked[digest] = session, self._steady()
            since = self._steady() - HONOURED_SECONDS
            while self._checked and (oldest := next(iter(self._checked.items())))[1][1] < since:
                del self._checked[oldest[0]]

    def _settle(self) -> None:
        """Whoever has signed out while the store was away."""
        with self._lock:
            owed = set(self._owed)
        if owed:
            try:
                self._kept.remove(*owed)
            except Unavailable:
                self._away_until = self._steady() + _PAUSE_SECONDS
                return
            with self._lock:
                self._owed -= owed
