"""How the times of a column are written, decided by its texts alone; where they do not decide it, that is said."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from intake.drafting.time_formats import FORMATS, says_utc, shape_of
from intake.files.row import Moment
from intake.mapping.times import TimeError, read_time

ISO = "iso"
EPOCH_SECONDS, EPOCH_MILLISECONDS = "epoch_s", "epoch_ms"

_YEARS = range(1900, 2100)
_OF_EPOCH = {
    EPOCH_SECONDS: re.compile(r"[12]\d{9}(\.\d{1,9})?"),
    EPOCH_MILLISECONDS: re.compile(r"[12]\d{12}(\.\d{1,9})?"),
}
_CLOCK_DIGITS = re.compile(r"([01]?\d|2[0-3])?[0-5]?\d|2400")
_CLOCKS = ("%H:%M", "%H:%M:%S", "%H:%M:%S.%f", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%H.%M", "%H%M")
_DOTTED = re.compile(r"[0-9]{1,2}\.[0-9]{2}|.*:.*")
_END_OF_DAY = re.compile(r"24([:.])00(\1 ?00)?")
_MIDNIGHT = re.compile(r"(?<=\d)(?:T| |, )(?:0?0:00(?::00(?:\.0+)?)?|12:00(?::00)? ?AM)$", re.IGNORECASE)
_MOST_SHAPES = 6
_ODD_PERCENT, _ODD_AT_LEAST = 2, 20


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
    tail: str = ""
    """the midnight in which every text ends, which may mean nothing"""

    has_hours: bool = False
    """whether a text tells more than its day"""

    odd: int = 0
    odd_text: str = ""
    """how many texts are no times, and one of them"""

    wreck: bool = False
    """whether some are dates of a spreadsheet, none after the 12th, and others texts: it may have swapped day and month
    of those that it took for dates"""

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
        self._texts = self._odd = 0
        self._odd_text = ""
        self._tail: str | None = None
        self._has_hours = False
        self._moments = self._late_moments = self._written = 0

    def add(self, text: str) -> None:
        """One text more; the same one again changes nothing."""
        self._texts += 1
        for name, pattern in _OF_EPOCH.items():
            self._epochs[name] = self._epochs[name] and pattern.fullmatch(text) is not None
        self._clock = self._clock and _is_clock(text)
        if not self._broken:
            self._take(text)

    def _take(self, text: str) -> None:
        shape = shape_of(text)
        known = self._shapes.get(shape)
        left = [one for one in ([ISO, *FORMATS.get(shape, ())] if known is None else known) if _fits(text, one)]
        if not left:
            contradicts = known is not None and any(_fits(text, one) for one in (ISO, *FORMATS.get(shape, ())))
            self._count_odd(text, contradicts)
            return
        self._zoned = self._zoned and ISO in left and _has_zone(text)
        self._shapes[shape] = left
        self._broken = len(self._shapes) > _MOST_SHAPES
        self._look_at_hours(text, left)

    def _count_odd(self, text: str, contradicts: bool) -> None:
        self._odd += 1
        self._odd_text = text if contradicts else self._odd_text or text
        self._broken = contradicts or (self._odd > _ODD_AT_LEAST and self._has_too_many_odd)

    @property
    def _has_too_many_odd(self) -> bool:
        return 100 * self._odd > _ODD_PERCENT * self._texts

    def _look_at_hours(self, text: str, left: list[str]) -> None:
        midnight = _MIDNIGHT.search(text)
        tail = midnight[0] if midnight else ""
        self._tail = tail if self._tail in (None, tail) else ""
        tells_hours = len(text) > 10 if ISO in left else any("%H" in one or "%I" in one for one in left)
        self._has_hours = self._has_hours or tells_hours
        if isinstance(text, Moment):
            self._moments += 1
            self._late_moments += text[8:10] > "12"
        else:
            self._written += ISO not in left

    def guess(self) -> TimeGuess:
        """What fits all of them, but for a few that are no times."""
        if not self._texts:
            return NO_TIME
        if self._clock:
            return TimeGuess(is_clock=True)
        for name, fits in self._epochs.items():
            if fits:
                return TimeGuess(formats=[name], carries_zone=True, has_hours=True)
        if self._broken or not self._shapes or self._has_too_many_odd:
            return TimeGuess(odd=self._odd, odd_text=self._odd_text)
        return self._of_formats()

    def _of_formats(self) -> TimeGuess:
        certain: dict[str, None] = {}
        undecided: list[list[str]] = []
        for left in self._shapes.values():
            formats = [ISO] if ISO in left else _distinct(left)
            if len(formats) > 1:
                undecided.append(formats)
            else:
                certain[formats[0]] = None
        written = bool(certain) and not undecided and all("%z" in one for one in certain)
        utc = bool(certain) and not undecided and all(map(says_utc, certain))
        return TimeGuess(
            list(certain), undecided, carries_zone=self._zoned or written or utc, tail=self._tail or "",
            has_hours=self._has_hours, odd=self._odd, odd_text=self._odd_text,
            wreck=bool(self._moments and self._written and not self._late_moments),
        )  # fmt: skip


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
        seen.setdefault(one.replace("%B", "%b").replace("%z", "Z"), one)
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
        return _END_OF_DAY.fullmatch(text) is not None or any(_is_clock_of(text, one) for one in _CLOCKS)
    return len(text) <= 4 and text.isdigit() and _CLOCK_DIGITS.fullmatch(text) is not None


def _is_clock_of(text: str, clock: str) -> bool:
    if "." in text and not _DOTTED.fullmatch(text):
        return False  # 17.0 is a number
    try:
        datetime.strptime(text, clock)  # noqa: DTZ007  (only whether it fits)
    except ValueError:
        return False
    return True
