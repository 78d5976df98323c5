"""The ways in which systems write times, by the shape of a text: its numbers as 9, its words as a."""

import re
from itertools import product

_MARKS = ("/", "-", ".", " ")
_ORDERS = (("d", "m"), ("m", "d"))
_CLOCKS = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%H.%M", "%H%M")
_OF_UTC = (" UTC", " GMT", "Z")
_ZONES = ("", "%z", " %z", *_OF_UTC)
_WRITTEN_ZONES = ("+9:9", "-9:9", "+9", "-9", "a")
_DIRECTIVE = re.compile("%(.)")
_RUNS = re.compile(r"\d+|[^\W\d_]+| {2,}")


def shape_of(text: str) -> str:
    """What texts of one format have in common."""
    return _RUNS.sub(lambda run: "9" if run[0][0].isdigit() else " " if run[0][0] == " " else "a", text)


def says_utc(time_format: str) -> bool:
    """Whether it ends in words that say UTC, which name the zone of every time of its column."""
    return time_format.endswith(_OF_UTC)


def day_of(time_format: str) -> str | None:
    """A format without its hours; None where they do not come last."""
    places = [place for part in ("%H", "%I") if (place := time_format.find(part)) >= 0]
    return time_format[: min(places)].rstrip(" T,") if places else None


def _date_formats() -> list[str]:
    numbers = [
        mark.join(f"%{part}" for part in (*order, year)) for mark, order, year in product(_MARKS, _ORDERS, ("Y", "y"))
    ]
    named = [mark.join(("%d", month, year)) for mark, month, year in product(_MARKS, ("%b", "%B"), ("%Y", "%y"))]
    named += [f"{month} %d{mark} {year}" for month, mark, year in product(("%b", "%B"), (",", ""), ("%Y", "%y"))]
    years_first = [f"%Y{mark}%m{mark}%d" for mark in ("-", "/", ".", "")]
    years_first += [f"%y{mark}%m{mark}%d" for mark in _MARKS]
    return [*numbers, *named, *years_first, "%d%m%Y", "%m%d%Y"]


def _formats_by_shape() -> dict[str, list[str]]:
    days = _date_formats()
    tailed = product(days, (" ", "T", ", "), _CLOCKS, _ZONES)
    found: dict[str, list[str]] = {}
    for one in (
        *days, *(f"{day}{gap}{clock}{zone}" for day, gap, clock, zone in tailed), "%Y%m%d%H%M%S", "%Y%m%d%H%M",
    ):  # fmt: skip
        plain = _DIRECTIVE.sub(lambda match: "a" if match[1] in "bBp" else "9", one.replace("%z", "\0"))
        for zone in _WRITTEN_ZONES if "\0" in plain else ("",):
            found.setdefault(shape_of(plain.replace("\0", zone)), []).append(one)
    return found


FORMATS = _formats_by_shape()
"""The formats that can fit a text, by its shape."""
