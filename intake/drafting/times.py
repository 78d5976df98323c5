"""How the times of a column are written, decided by its texts alone; where they do not decide it, that is said."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from itertools import product

from intake.files.row import Moment
from intake.mapping.times import TimeError, read_time

ISO = "iso"
EPOCH_SECONDS, EPOCH_MILLISECONDS = "epoch_s", "epoch_ms"

_MARKS = ("/", "-", ".", " ")
_ORDERS = (("d", "m"), ("m", "d"))
_CLOCKS = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%H.%M", "%H%M")
_ZONES = ("", "%z", " %z", " UTC", "Z")
_YEARS = range(1900, 2100)
_OF_EPOCH = {EPOCH_SECONDS: re.compile(r"[12]\d{9}"), EPOCH_MILLISECONDS: re.compile(r"[12]\d{12}")}
_CLOCK_DIGITS = re.compile(r"([01]?\d|2[0-3])?[0-5]?\d")
_DOTTED = re.compile(r"[0-9]{1,2}\.[0-9]{2}|.*:.*")
_DIRECTIVE = re.compile("%(.)")
_RUNS = re.compile(r"\d+|[^\W\d_]+")
_MOST_SHAPES = 6


def _date_formats() -> list[str]:
    numbers = [
        mark.join(f"%{part}" for part in (*order, year)) for mark, order, year in product(_MARKS, _ORDERS, ("Y", "y"))
    ]
    named = [mark.join(("%d", month, year)) for mark, month, year in product(_MARKS, ("%b", "%B"), ("%Y", "%y"))]
    named += [f"{month} %d, {year}" for month, year in product(("%b", "%B"), ("%Y", "%y"))]
    years_first = [f"%Y{mark}%m{mark}%d" for mark in ("/", ".", "")] + [f"%y{mark}%m{mark}%d" for mark in _MARKS]
    return [*numbers, *named, *years_first, "%d%m%Y", "%m%d%Y"]


_DATES = _date_formats()
_WRITTEN_ZONES = ("+9:9", "-9:9", "+9", "-9", "a")


def _by_shape() -> dict[str, list[str]]:
    """The formats that can fit a text, by its shape: numbers as 9, words as a."""
    found: dict[str, list[str]] = {}
    tailed = product(_DATES, (" ", "T", ", "), _CLOCKS, _ZONES)
    for one in (*_DATES, *(f"{day}{gap}{clock}{zone}" for day, gap, clock, zone in tailed)):
        plain = _DIRECTIVE.sub(lambda match: "a" if match[1] in "bBp" else "9", one.replace("%z", "\0"))
        for zone in _WRITTEN_ZONES if "\0" in plain else ("",):
            found.setdefault(_shape(plain.replace("\0", zone)), []).append(one)
    return found


def _shape(text: str) -> str:
    return _RUNS.sub(lambda run: "9" if run[0][0].isdigit() else "a", text)


@dataclass(frozen=True, slots=True)
class TimeGuess:
    """How a column's times are written. `formats` is what fits every text; [ISO] needs no format.

    `undecided` are formats that fit all texts of one kind and read them as different instants: the file cannot decide.
    """

    formats: list[str] = field(default_factory=list)
    undecided: list[list[str]] = field(default_factory=list)
    is_clock: bool = False
    """whether it holds hours without a day"""

    carries_zone: bool = False

    @property
    def is_time(self) -> bool:
        """Whether it holds instants or days."""
        return bool(self.formats or self.undecided)


NO_TIME = TimeGuess()


class TimeColumn:
    """Takes in the texts of one column."""

    def __init__(self) -> None:
        self._shapes: dict[str, list[str]] = {}
        self._broken = False
        self._epochs = dict.fromkeys(_OF_EPOCH, True)
        self._clock = True
        self._zoned = True
        self._texts = 0

    def add(self, text: str) -> None:
        """One text more; the same one again changes nothing."""
        self._texts += 1
        for name, pattern in _OF_EPOCH.items():
            self._epochs[name] = self._epochs[name] and pattern.fullmatch(text) is not None
        self._clock = self._clock and _is_clock(text)
        if self._broken:
            return
        shape = _shape(text)
        known = self._shapes.get(shape)
        if known is None and len(self._shapes) >= _MOST_SHAPES:
            self._broken = True
            return
        left = [one for one in ([ISO, *_FORMATS.get(shape, ())] if known is None else known) if _fits(text, one)]
        self._zoned = self._zoned and ISO in left and _has_zone(text)
        self._shapes[shape] = left
        self._broken = not left

    def guess(self) -> TimeGuess:
        """What fits all of them."""
        if not self._texts:
            return NO_TIME
        if self._clock:
            return TimeGuess(is_clock=True)
        for name, fits in self._epochs.items():
            if fits:
                return TimeGuess(formats=[name], carries_zone=True)
        if self._broken:
            return NO_TIME
        certain: dict[str, None] = {}
        undecided: list[list[str]] = []
        for left in self._shapes.values():
            formats = [ISO] if ISO in left else _distinct(left)
            if len(formats) > 1:
                undecided.append(formats)
            else:
                certain[formats[0]] = None
        zoned = self._zoned or (bool(certain) and not undecided and all("%z" in one for one in certain))
        return TimeGuess(list(certain), undecided, carries_zone=zoned)


_FORMATS = _by_shape()


def settled_by(guess: TimeGuess, others: Iterable[TimeGuess]) -> str | None:
    """The one format among the undecided that a column beside it, written the same way, has to have."""
    if len(guess.undecided) != 1:
        return None
    orders = {_order(one) for other in (guess, *others) for one in other.formats} - {None}
    fitting = [one for one in guess.undecided[0] if _order(one) in orders]
    return fitting[0] if len(orders) == 1 and len(fitting) == 1 else None


def _order(time_format: str) -> str | None:
    places = [(time_format.find(part), part) for part in ("%d", "%m")]
    return None if min(places)[0] < 0 or time_format in _COMPACT else min(places)[1]


_COMPACT = ("%Y%m%d",)


def _distinct(left: list[str]) -> list[str]:
    """Formats that differ in more than how a month's name or a zone is written."""
    seen: dict[str, str] = {}
    for one in left:
        seen.setdefault(one.replace("%B", "%b"), one)
    return list(seen.values())


def _fits(text: str, time_format: str) -> bool:
    try:
        read = read_time(text, None if time_format is ISO else time_format, "UTC")
    except TimeError:
        return False
    if time_format is ISO and text.isdigit():
        return False  # 20250103 is one way to write it, and a number most of the time
    return datetime.fromisoformat(read).year in _YEARS


def _has_zone(text: str) -> bool:
    try:
        return not isinstance(text, Moment) and datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _is_clock(text: str) -> bool:
    if ":" in text or "." in text or "m" in text.lower():
        return any(_is_clock_of(text, one) for one in (*_CLOCKS, "%H:%M:%S"))
    return len(text) <= 4 and text.isdigit() and _CLOCK_DIGITS.fullmatch(text) is not None


def _is_clock_of(text: str, clock: str) -> bool:
    if "." in text and not _DOTTED.fullmatch(text):
        return False  # 17.0 is a number
    try:
        datetime.strptime(text, clock)  # noqa: DTZ007  (only whether it fits)
    except ValueError:
        return False
    return True
