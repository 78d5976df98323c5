"""Instants as officers type them: RFC 3339, or a day with or without a time in the zone of the console."""

import re
from datetime import UTC, datetime, timedelta, tzinfo

from models.instants import Micros, parse_instant
from sight.local_times import full_moment

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNZONED = re.compile(_DAY.pattern + r"[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?")
_WRITTEN = re.compile(_DAY.pattern + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?Z")
_LONGEST = 40
_MICROSECOND = timedelta(microseconds=1)
_HINT = "write it as 2026-11-28, 2026-11-28 02:13, or with its offset, 2026-11-28T02:13:05Z"


def asked_instant(text: str, zone: tzinfo) -> Micros:
    """In microseconds; a day is its last instant there. Raises ValueError, in words for a page."""
    text = text.strip()
    try:
        if len(text) > _LONGEST:
            raise ValueError
        if _DAY.fullmatch(text):
            midnight = datetime.fromisoformat(text) + timedelta(days=1)
            return _micros(midnight.replace(tzinfo=zone).astimezone(UTC) - _MICROSECOND)
        if _UNZONED.fullmatch(text):
            return _micros(_of_one_meaning(datetime.fromisoformat(text.upper()), zone))
        return parse_instant(text)
    except _Ambiguous:
        raise ValueError(f"Clocks here show {text} twice or never: say the offset, as in 02:13:05+01:00.") from None
    except (ValueError, OverflowError):
        raise ValueError(f"This is no instant: {_HINT}.") from None


def read_instants(words: str, zone: tzinfo) -> str:
    """The same words, in which each instant stands as officers read it."""
    return _WRITTEN.sub(lambda found: full_moment(parse_instant(found[0]), zone), words)


class _Ambiguous(Exception):
    """A time that clocks show twice or never."""


def _of_one_meaning(at: datetime, zone: tzinfo) -> datetime:
    first, second = (at.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() != second.utcoffset():
        raise _Ambiguous
    return first


def _micros(at: datetime) -> Micros:
    return parse_instant(at.isoformat())
