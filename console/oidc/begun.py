"""Sign-ins that have begun: what the console keeps until the browser comes back from the identity provider."""

import secrets
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

LASTS_SECONDS = 600
_MOST = 1_000


def _secret() -> str:
    return secrets.token_urlsafe(32)


@dataclass(frozen=True, slots=True)
class BegunSignIn:
    """`state` goes through the provider, `nonce` comes back in its token, `verifier` stays here until the code is
    redeemed (PKCE), and `browser` is in a cookie: nobody else can end what one browser has begun.
    """

    began_at: float
    state: str = field(default_factory=_secret)
    nonce: str = field(default_factory=_secret)
    verifier: str = field(default_factory=_secret)
    browser: str = field(default_factory=_secret)


class BegunSignIns:
    """Of one process, in its event loop alone."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._all: OrderedDict[str, BegunSignIn] = OrderedDict()

    def begin(self) -> BegunSignIn:
        """Another one; of too many the oldest are forgotten."""
        begun = BegunSignIn(self._clock())
        self._all[begun.state] = begun
        while len(self._all) > _MOST:
            self._all.popitem(last=False)
        return begun

    def take(self, state: str, browser: str) -> BegunSignIn | None:
        """Once; None: this browser has begun none of that name, or too long ago."""
        begun = self._all.get(state)
        if begun is None or not secrets.compare_digest(begun.browser.encode(), browser.encode()):
            return None
        del self._all[state]
        return begun if self._clock() - begun.began_at < LASTS_SECONDS else None
