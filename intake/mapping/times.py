"""Times as a file writes them: no part of them is thrown away, and none is read otherwise than it was written."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

_DIRECTIVE = re.compile(r"%(.?)", re.DOTALL)
_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_KNOWN = frozenset("YyGmbBdjUWVaAwuHIpMSfz")
_OF_LANGUAGE = frozenset("cxX")
_NEEDS_DATE = "says no day: it needs %Y, a month and a day (or %j, or a week and a day of the week)"
_WEEK_WITHOUT_DAY = re.compile(r"\d{4}-?W\d{2}(?!-?\d)")
_MINUTES_OF_NO_OFFSET = re.compile(r"\d[+-]\d\d:?[6-9]\d(:?\d\d(\.\d+)?)?$")
_TEXTS_REMEMBERED = 8_192
_QUICK = {
    "%Y": r"(?P<Y>\d{4})",
    **{f"%{letter}": rf"(?P<{letter}>\d{{1,2}})" for letter in "mdHMS"},
    "%I": r"(?P<I>0?[1-9]|1[0-2])",
    "%p": "(?P<p>AM|PM|am|pm)",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SAMPLE = datetime(2021, 11, 25, 21, 43, 58, 123456, timezone(timedelta(hours=5, minutes=30)))


EPOCHS = {"epoch_s": 1, "epoch_ms": 1_000}
"""Formats of times that count from 1970 on, by how many make a second."""

ISO = "iso"
"""ISO 8601, where it is one of several formats."""

_END_OF_DAY = re.compile(
    r"(?<![\d:.])24(?=([:.])00(?:\1 ?00(?:[.,]0+)?)?(?![\d:.,]))|(?<=[T ])24(?=00(?:00)?(?:$|[ Z+-]))"
)
_SECONDS_BELOW = 100_000_000_000
_COUNT = re.compile(r"[0-9]{1,16}(\.[0-9]{1,9})?")


class TimeError(ValueError):
    """A text that is no time of its format; the text says why."""


def format_faults(time_format: str) -> list[str]:
    """Why a format would lose or make up a part of a time; nothing where it does neither."""
    if time_format in EPOCHS or time_format == ISO:
        return []
    found = [letter for letter in _DIRECTIVE.findall(time_format) if letter != "%"]
    letters = set(found)
    faults = [f"%{letter} is no letter of strptime" for letter in sorted(letters - _KNOWN - _OF_LANGUAGE - {"Z"})]
    faults += [f"%{letter} differs from machine to machine: write it out" for letter in sorted(letters & _OF_LANGUAGE)]
    faults += [f"%{letter} stands there twice" for letter in sorted(letters) if found.count(letter) > 1]
    if "Z" in letters:
        faults.append(
            "%Z is thrown away: offsets are %z; a zone that is always the same is written out, and named by timezone"
        )
    if letters.isdisjoint("YyG"):
        faults.append("has no year (%Y)")
    elif not _says_a_day(letters):
        faults.append(_NEEDS_DATE)
    return (faults + _clock_faults(letters)) or _sample_faults(time_format)


def _says_a_day(letters: set[str]) -> bool:
    in_week = not letters.isdisjoint("aAwu")
    return (
        ("d" in letters and not letters.isdisjoint("mbB"))
        or "j" in letters
        or (in_week and not letters.isdisjoint("UW") and not letters.isdisjoint("Yy"))
        or (in_week and {"G", "V"} <= letters)
    )


def _clock_faults(letters: set[str]) -> list[str]:
    faults = []
    if {"p", "H"} <= letters:
        faults.append("%p is thrown away beside %H: with %p the hour is %I")
    elif "p" in letters and "I" not in letters:
        faults.append("%p is thrown away without %I")
    if "I" in letters and "p" not in letters:
        faults.append("%I without %p is morning or evening: an hour of 24 is %H")
    if {"H", "I"} <= letters:
        faults.append("%H and %I are two hours")
    if "M" in letters and letters.isdisjoint("HI"):
        faults.append("%M stands without an hour")
    faults += [f"%{part} stands without %{of}" for part, of in ("SM", "fS") if part in letters and of not in letters]
    return faults


def _sample_faults(time_format: str) -> list[str]:
    try:
        written = _SAMPLE.strftime(time_format)
        datetime.strptime(written, time_format)  # noqa: DTZ007  (it is not used)
    except (ValueError, re.error, KeyError, IndexError) as error:
        return [f"cannot be read back: {error}"]
    return []


@lru_cache(_TEXTS_REMEMBERED)
def read_time(text: str, time_format: str | None, zone: str | None) -> str:
    """The instant of a text, in UTC; without a format it is ISO 8601. `zone` is that of times that carry no offset.

    Raises TimeError.
    """
    if time_format in EPOCHS:
        return _since_1970(text, time_format)
    if time_format == ISO:
        return read_time(text, None, zone)
    try:
        moment = _read(text, time_format)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=ZoneInfo(zone or "UTC"))
        return moment.astimezone(UTC).isoformat()
    except TimeError:
        raise
    except (ValueError, OverflowError):
        raise TimeError(f"does not fit {time_format or 'ISO 8601'}") from None


def read_time_by(text: str, time_formats: tuple[str, ...], zone: str | None) -> str:
    """The instant of a text by whichever of several formats fits it.

    Raises TimeError where none does, and where two read it as two instants.
    """
    if len(time_formats) == 1:
        return read_time(text, time_formats[0], zone)
    found: dict[str, str] = {}
    for one in time_formats:
        with suppress(TimeError):
            found.setdefault(read_time(text, one, zone), one)
    if len(found) > 1:
        raise TimeError(f"fits {' and '.join(found.values())}, which read it as two instants")
    if not found:
        raise TimeError(f"fits none of {', '.join(time_formats)}")
    return next(iter(found))


def _since_1970(text: str, time_format: str) -> str:
    if _COUNT.fullmatch(text) is None:
        raise TimeError(f"is no number of {'seconds' if time_format == 'epoch_s' else 'milliseconds'} since 1970")
    if time_format == "epoch_ms" and Decimal(text) < _SECONDS_BELOW:
        raise TimeError("would be before 1973, and is rather a number of seconds (epoch_s)")
    try:
        return (_EPOCH + timedelta(microseconds=int(Decimal(text) * 1_000_000 / EPOCHS[time_format]))).isoformat()
    except OverflowError:
        raise TimeError("is beyond the year 9999: epoch_ms and epoch_s count differently") from None


def _read(text: str, time_format: str | None) -> datetime:
    moment = None if time_format is None else _parse_fast(text, time_format)
    if moment is not None:
        return moment
    ends_a_day = _END_OF_DAY.search(text) if time_format is None or "%H" in time_format else None
    if ends_a_day is not None:  # 24:00 is the end of its day: 00:00 of the next one
        begun = f"{text[: ends_a_day.start()]}00{text[ends_a_day.end() :]}"
        return _read(begun, time_format) + timedelta(days=1)
    if time_format is None:
        return _read_iso(text)
    moment = datetime.strptime(text, time_format)  # noqa: DTZ007  (the zone comes later)
    _require_return(text, time_format, moment)
    return moment


@lru_cache(64)
def _quick(time_format: str) -> re.Pattern[str] | None:
    """Reads a format of numbers with marks between them, several times as fast as strptime; None for all others.

    Between marks every number is read as it is written, so that it need not be written again.
    """
    parts = re.split(r"(%.)", time_format)
    directives, marks = parts[1::2], parts[2:-1:2]
    if not {"%Y", "%m", "%d"} <= set(directives) <= _QUICK.keys() or len(set(directives)) < len(directives):
        return None
    if not all(marks) or any(map(str.isdigit, time_format)):
        return None
    return re.compile("".join(_QUICK[part] if part in _QUICK else re.escape(part) for part in parts), re.ASCII)


def _parse_fast(text: str, time_format: str) -> datetime | None:
    """None for what is not plainly good."""
    pattern = _quick(time_format)
    match = pattern.fullmatch(text) if pattern is not None else None
    if match is None:
        return None
    part = match.groupdict()
    hour = (
        int(part["H"]) if "H" in part else int(part["I"]) % 12 + 12 * (part["p"] in ("PM", "pm")) if "I" in part else 0
    )
    try:
        return datetime(  # noqa: DTZ001  (the zone comes later)
            int(part["Y"]), int(part["m"]), int(part["d"]), hour, int(part.get("M", 0)), int(part.get("S", 0))
        )
    except ValueError:
        return None


def _read_iso(text: str) -> datetime:
    if _WEEK_WITHOUT_DAY.match(text) or _MINUTES_OF_NO_OFFSET.search(text):
        raise ValueError
    return datetime.fromisoformat(text)


def _require_return(text: str, time_format: str, moment: datetime) -> None:
    """Written again, it must be what it was: `45` under %H%M is read as 04:05, and may have been 00:45."""
    if moment.strftime(time_format) == text:
        return
    offsets = _offsets(moment)
    if not any(_same(text, moment, time_format, offset) for offset in offsets):
        again = _written(moment, time_format, offsets[0])
        raise TimeError(f"would be read as {again!r} by {time_format}: pad gives back zeros that were cut off")


def _offsets(moment: datetime) -> list[str]:
    """The ways in which %z is written."""
    if moment.tzinfo is None:
        return [""]
    plain = moment.strftime("%z")
    with_colon = f"{plain[:3]}:{plain[3:5]}" + (f":{plain[5:]}" if len(plain) > 5 else "")
    return [plain, with_colon, "Z"] if not moment.utcoffset() else [plain, with_colon]


def _written(moment: datetime, time_format: str, offset: str) -> str:
    return moment.strftime(_DIRECTIVE.sub(lambda match: offset if match[1] == "z" else match[0], time_format))


def _same(text: str, moment: datetime, time_format: str, offset: str) -> bool:
    """Groups of digits are the same as numbers, words without case; of a second's fraction zeros may be left out."""
    given, written = _TOKEN.findall(text), _TOKEN.findall(_written(moment, time_format, offset))
    if len(given) != len(written):
        return False
    fraction = _place_of_fraction(moment, time_format, offset, written) if "%f" in time_format else None
    for place, (one, other) in enumerate(zip(given, written, strict=True)):
        part = one.ljust(len(other), "0") if place == fraction else one
        if (int(part) != int(other)) if part.isdecimal() and other.isdecimal() else part.casefold() != other.casefold():
            return False
    return True


def _place_of_fraction(moment: datetime, time_format: str, offset: str, written: list[str]) -> int | None:
    changed = moment.replace(microsecond=(moment.microsecond + 123_456) % 1_000_000)
    others = _TOKEN.findall(_written(changed, time_format, offset))
    return next((place for place, pair in enumerate(zip(written, others, strict=True)) if pair[0] != pair[1]), None)
