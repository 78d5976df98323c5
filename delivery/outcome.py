"""What came of one request: accepted, or why not."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum


class Cause(StrEnum):
    """Why a number is not accepted; the word stands in receipts and documents."""

    REFUSED = "refused"
    UNAUTHORIZED = "unauthorized"
    CONFLICT = "conflict"
    GONE = "gone"
    REDIRECTED = "redirected"
    BUSY = "busy"
    FAILING = "failing"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"
    CERTIFICATE = "certificate"
    ADDRESS = "address"
    KEYS = "keys"
    HEARTBEAT = "heartbeat"
    """Three heartbeats in a row were not answered by 2xx."""

    CHANGED = "changed"
    """What the intent says can no longer be made of what lies on alerts.v1: nothing was sent."""

    @property
    def needs_a_person(self) -> bool:
        """Whether nothing will change until somebody mends something, so that it is said at once."""
        return self not in {Cause.BUSY, Cause.FAILING, Cause.NO_ANSWER, Cause.UNREACHABLE}


@dataclass(frozen=True, slots=True)
class Outcome:
    """`cause` None: accepted. `status` None: there was no answer. `retry_after_seconds`: the receiver asked for it.

    `expected`: the number that comes next by what a receiver says that misses one.
    """

    cause: Cause | None
    status: int | None = None
    milliseconds: int = 0
    retry_after_seconds: float | None = None
    expected: int | None = None


_CAUSES = {
    401: Cause.UNAUTHORIZED, 403: Cause.UNAUTHORIZED, 407: Cause.UNAUTHORIZED, 408: Cause.FAILING,
    409: Cause.CONFLICT, 410: Cause.GONE, 425: Cause.FAILING, 429: Cause.BUSY,
}  # fmt: skip
_OF_HUNDREDS = {2: None, 3: Cause.REDIRECTED, 4: Cause.REFUSED}


def answered(status: int, headers: Mapping[str, str], milliseconds: int, now: datetime) -> Outcome:
    """The outcome of an answer. Nothing but 2xx is accepted."""
    cause = _CAUSES[status] if status in _CAUSES else _OF_HUNDREDS.get(status // 100, Cause.FAILING)
    asked = None if cause is None else _retry_after(headers.get("Retry-After", ""), now)
    return Outcome(cause, status, milliseconds, asked)


def expected_number(body: bytes) -> int | None:
    """`expected` of a JSON object, as an answer of 409 may hold it; None: it names no number."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return None
    expected = said.get("expected") if isinstance(said, dict) else None
    return expected if type(expected) is int and expected > 0 else None


def _retry_after(text: str, now: datetime) -> float | None:
    """Seconds, or a date; what is neither says nothing."""
    if text.isascii() and text.isdigit() and len(text) < 10:
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except (ValueError, OverflowError):  # a year of twenty digits overflows
        return None
    return (until if until.tzinfo else until.replace(tzinfo=UTC)).timestamp() - now.timestamp()
