"""How a long pass over the history comes along: a line on standard error every two seconds."""

import time

from cli.output import say

_SAY_EVERY_SECONDS = 2.0


class Progress:
    """Rate and time left of work on `total` records."""

    def __init__(self, total: int) -> None:
        self._total = total
        self._begun_at = self._said_at = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has taken so far."""
        return time.monotonic() - self._begun_at

    def tell(self, entry: int, records: int) -> None:
        """Called as often as one likes."""
        self._tell(f"entry {entry}, ", records)

    def tell_reading(self, records: int) -> None:
        """The same, of records that belong to no entry."""
        self._tell("", records)

    def _tell(self, where: str, records: int) -> None:
        now = time.monotonic()
        if now - self._said_at < _SAY_EVERY_SECONDS:
            return
        self._said_at = now
        rate = records / (now - self._begun_at)
        left = f", {max(0, self._total - records) / rate:,.0f} s left" if rate else ""
        say(f"{where}{records:,} of {self._total:,} records, {rate:,.0f} records/s{left}")
