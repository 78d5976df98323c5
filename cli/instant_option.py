"""An instant as somebody types it: RFC 3339, or a date with or without a time, in the zone of the installation."""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from cli.output import say
from models.errors import WrongUse
from models.instants import Micros, parse_instant
from runtime.settings import load_settings

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_UNZONED = re.compile(_DAY.pattern + r"([Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?)?")
_MICROSECOND = timedelta(microseconds=1)


def instant_option(name: str, text: str, *, ends_day: bool = False) -> Micros:
    """The instant of an option in microseconds; a date is its beginning, or its last microsecond.

    What names no zone is in HARMWATCH_ZONE, and standard error says how it was read. Raises WrongUse, also for a
    time that a clock there shows twice or never; a day is a day, whatever clocks do at midnight.
    """
    try:
        if _UNZONED.fullmatch(text):
            return _in_zone(name, text, ends_day, load_settings().zone)
        return parse_instant(text)
    except (ValueError, OverflowError) as error:
        raise WrongUse(f"{name} {text[:64]!r} {error}, for example 2024-05-01T00:00:00Z or 2024-05-01") from error


@lru_cache(maxsize=64)  # said once, however often it is asked for
def _in_zone(name: str, text: str, ends_day: bool, zone: str) -> Micros:
    at = datetime.fromisoformat(text.upper())
    if not _DAY.fullmatch(text):
        read = _of_one_meaning(at, zone)
    else:
        begin = _beginning(at, zone)
        if begin.date() != at.date():
            raise ValueError(f"is a day that the calendar in {zone} left out")
        read = _last_before(_beginning(at + timedelta(days=1), zone)) if ends_day else begin
    say(f"{name} {text} is read as {read.isoformat()} ({zone})")
    return parse_instant(read.isoformat())


def _beginning(midnight: datetime, zone: str) -> datetime:
    """The first instant of a day: its first midnight, or what clocks show instead where they skip it."""
    return midnight.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC).astimezone(ZoneInfo(zone))


def _last_before(at: datetime) -> datetime:
    """A microsecond earlier. Subtracted in UTC, for between two times of one zone Python counts what clocks show."""
    return (at.astimezone(UTC) - _MICROSECOND).astimezone(at.tzinfo)


def _of_one_meaning(at: datetime, zone: str) -> datetime:
    """Raises ValueError where clocks were put back or forward."""
    first, second = (at.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    shown = first.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    raise ValueError(f"is a time that clocks in {zone} show {'twice' if shown == at else 'never'}: say the offset")
