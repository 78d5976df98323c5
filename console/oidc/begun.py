"""Sign-ins that have begun. The browser holds them until it comes back from the identity provider, and not the console:
so there is nothing that somebody who begins them without end could fill.
"""

import hashlib
import hmac
import re
import secrets
import time
from base64 import urlsafe_b64encode
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from console.console_key import KEY_BYTES

LASTS_SECONDS = 600
_CLOCKS_DIFFER_SECONDS = 60
_MOST_BACK = 10_000
"""Of so many that came back it is known; a code counts once at the provider, too."""

_SHAPE = re.compile(r"([0-9]{1,12})\.[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class BegunSignIn:
    """`state` goes through the provider, `nonce` comes back in its token, `verifier` stays here until the code is
    redeemed (PKCE), and `browser` is in a cookie: nobody else can end what one browser has begun.
    """

    state: str
    nonce: str
    verifier: str
    browser: str


class BegunSignIns:
    """Under a key: whichever console has it can end what another one began. In the event loop alone."""

    def __init__(self, key: bytes | None = None, clock: Callable[[], float] = time.time) -> None:
        self._key, self._clock = key or secrets.token_bytes(KEY_BYTES), clock
        self._back: OrderedDict[str, float] = OrderedDict()

    def begin(self) -> BegunSignIn:
        """Another one, of which nothing is kept."""
        return self._of(f"{self._clock():.0f}.{secrets.token_urlsafe(32)}")

    def take(self, state: str, browser: str) -> BegunSignIn | None:
        """Once; None: this browser has begun none of that name, or too long ago."""
        shape = _SHAPE.fullmatch(browser)
        if shape is None:
            return None
        begun, age = self._of(browser), self._clock() - int(shape[1])
        is_theirs = secrets.compare_digest(begun.state.encode(), state.encode())
        if not is_theirs or not -_CLOCKS_DIFFER_SECONDS <= age < LASTS_SECONDS or state in self._back:
            return None
        self._back[state] = self._clock()
        while len(self._back) > _MOST_BACK:
            self._back.popitem(last=False)
        return begun

    def _of(self, browser: str) -> BegunSignIn:
        """What goes with the content of a cookie, which nobody without the key knows."""
        state, nonce, verifier = (self._derived(what, browser) for what in ("state", "nonce", "verifier"))
        return BegunSignIn(state, nonce, verifier, browser)

    def _derived(self, what: str, browser: str) -> str:
        digest = hmac.digest(self._key, f"{what} {browser}".encode(), hashlib.sha256)
        return urlsafe_b64encode(digest).rstrip(b"=").decode()
