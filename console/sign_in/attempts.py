"""Attempts to sign in that have failed: whoever goes on guessing waits longer and longer."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

FORGOTTEN_SECONDS = 900.0
LONGEST_SECONDS = 60.0
_FREE = {"name at address": 3, "address": 12, "name": 30}
"""So many failures cost nothing; by name alone they count late, or others could keep its officer out."""

_MOST = 10_000


@dataclass(slots=True)
class _Count:
    failures: int
    last_at: float


class Attempts:
    """Counts by name, by address, and by both; a name counts whether there is a user or not."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._counts: OrderedDict[tuple[str, str], _Count] = OrderedDict()

    def wait_seconds(self, name: str, address: str) -> float:
        """For how long no other attempt is looked at; 0: it is."""
        now = self._clock()
        return max(0.0, *(self._wait(kind, key, now) for kind, key in _keys(name, address)))

    def begun(self, name: str, address: str) -> None:
        """Another one, which counts as failed until it succeeds: many at once are no way around."""
        now = self._clock()
        for each in _keys(name, address):
            count = self._counts.pop(each, None)
            known = 0 if count is None or now - count.last_at > FORGOTTEN_SECONDS else count.failures
            self._counts[each] = _Count(known + 1, now)
        while len(self._counts) > _MOST:
            self._counts.popitem(last=False)

    def succeeded(self, name: str, address: str) -> None:
        """What this officer mistyped here is forgotten; what others guessed is not."""
        for each in _keys(name, address):
            if (count := self._counts.get(each)) is not None:
                count.failures = 0 if each[0] == "name at address" else max(0, count.failures - 1)

    def _wait(self, kind: str, key: str, now: float) -> float:
        count = self._counts.get((kind, key))
        if count is None or now - count.last_at > FORGOTTEN_SECONDS or count.failures < _FREE[kind]:
            return 0.0
        pause = min(LONGEST_SECONDS, 2.0 ** min(16, count.failures - _FREE[kind]))
        return count.last_at + pause - now


def _keys(name: str, address: str) -> tuple[tuple[str, str], ...]:
    return ("name at address", f"{name} {address}"), ("address", address), ("name", name)
