"""Instants as somebody at this machine reads them: by the local clock, and the date where it is another day."""

from datetime import datetime, timedelta, tzinfo

from models.instants import SECOND, format_instant


def local_moment(micros: int, zone: tzinfo | None = None) -> datetime:
    """An instant in a time zone; None: that of this machine, with its rules for that very day."""
    return datetime.fromtimestamp(micros / SECOND, tz=zone).astimezone(zone)


def full_moment(micros: int, zone: tzinfo | None = None) -> str:
    """Day, time and zone, and UTC beside it where that differs: 28 Nov 2026, 03:13:05 CET (02:13:05 UTC)."""
    moment = local_moment(micros, zone)
    text = f"{moment.day} {moment:%b %Y, %H:%M:%S} {moment:%Z}"
    if moment.utcoffset() == timedelta(0):
        return text
    return f"{text} ({format_instant(micros)[11:19]} UTC)"


def short_moment(micros: int, today: int, zone: tzinfo | None = None) -> str:
    """The time of what was on the day of `today` (microseconds, too), else the day, and the year if it is another."""
    moment, now = local_moment(micros, zone), local_moment(today, zone)
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    return f"{moment.day} {moment:%b}" if moment.year == now.year else f"{moment.day} {moment:%b %Y}"
