"""What officers have said once and need not say again on the next page: why they look, to whom they hand on."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

LASTS_SECONDS = 1_800.0
_MOST, MOST_OF_ONE, LONGEST = 2_000, 100, 500


@dataclass(slots=True)
class GivenReasons:
    """In the event loop alone. It stands in no address: what officers type may name somebody."""

    steady: Callable[[], float] = time.monotonic
    _words: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict)

    def say(self, by: str, about: str, words: str) -> None:
        """An officer says this about something, for half an hour."""
        now = self.steady()
        self._words = {each: kept for each, kept in self._words.items() if kept[0] > now}
        theirs = [each for each in self._words if each[0] == by]
        if len(theirs) >= MOST_OF_ONE:
            del self._words[theirs[0]]
        elif len(self._words) >= _MOST:
            del self._words[next(iter(self._words))]
        self._words[by, about] = now + LASTS_SECONDS, words

    def said(self, by: str, about: str) -> str | None:
        """What they said; None: nothing, or too long ago."""
        until, words = self._words.get((by, about), (0.0, ""))
        return words if until > self.steady() else None

    def forget(self, by: str, about: str) -> None:
        """It was said for one time."""
        self._words.pop((by, about), None)
