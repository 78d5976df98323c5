"""Where in a trace a run or an alert stands: ids made of their numbers, so that every process knows them by itself."""

import hashlib
from typing import NamedTuple

_TRACE_BYTES, _SPAN_BYTES = 16, 8


class SpanPlace(NamedTuple):
    """The ids of a trace and of its first span; never 0, which would be none."""

    trace_id: int
    span_id: int


class SpanPlaces:
    """Those of one board. `share` (0 to 1) of the traces are taken, the same ones by every process.

    What is compared is what OpenTelemetry's TraceIdRatioBased compares: the lower half of the id of a trace.
    """

    def __init__(self, prefix: str, board: str, share: float) -> None:
        self._of_the_board = f"harmwatch\0{prefix}\0{board}\0"
        self._bound = round(share * 2**64)

    def of_entry(self, entry: int) -> SpanPlace:
        """Of the run that became an entry of the journal."""
        return self._made_of("entry", entry)

    def of_alert(self, sequence: int) -> SpanPlace:
        """Of an alert."""
        return self._made_of("alert", sequence)

    def takes(self, place: SpanPlace) -> bool:
        """Whether this trace is one of the share."""
        return place.trace_id & (2**64 - 1) < self._bound

    def _made_of(self, kind: str, number: int) -> SpanPlace:
        digest = hashlib.sha256(f"{self._of_the_board}{kind}\0{number}".encode()).digest()
        span = digest[_TRACE_BYTES : _TRACE_BYTES + _SPAN_BYTES]
        return SpanPlace(int.from_bytes(digest[:_TRACE_BYTES]) or 1, int.from_bytes(span) or 1)
