"""A time of a drafted mapping: the rule that reads it, or a mark where its texts do not say how."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cli.mapping.toml import DECIDE, quoted
from intake.drafting.columns import Column
from intake.drafting.fields import Candidate, clock_beside, spoken
from intake.drafting.time_formats import day_of, says_utc
from intake.drafting.times import ISO, TimeGuess, settled_by

_CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%H.%M", "%H%M")
_LONGEST = 40
_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(?!\d)")
_HOURS_ALONE = re.compile(r"[01]?\d|2[0-4]")
_CALLED_HOUR = re.compile(r"\b(hour|hr)s?\b")


@dataclass(frozen=True, slots=True)
class DraftedTime:
    """`formats` are those of the mapping; none: ISO 8601. `remark` says how it was found out, on one line."""

    origin: str
    formats: tuple[str, ...]
    remark: str
    needs_zone: bool

    def rule(self, more: str = "") -> str:
        """The rule in TOML, with more keys."""
        formats: Any = self.formats[0] if len(self.formats) == 1 else list(self.formats)  # Any: TOML
        zone = ', timezone = "UTC"' if self.formats and all(map(says_utc, self.formats)) else ""
        return f"{{ {self.origin}{f', format = {quoted(formats)}' if self.formats else ''}{zone}{more} }}"


@dataclass(frozen=True, slots=True)
class _Hours:
    """How the hours of a column of their own are written; `either`, where their texts do not tell."""

    format: str | None
    either: str = "in more ways than one"


def drafted_time(candidate: Candidate, columns: Sequence[Column]) -> DraftedTime:
    """How the column of a candidate is read."""
    column = next(one for one in columns if one.name == candidate.column)
    guess = column.times
    others = [one.times for one in columns if one is not column]
    example = quoted(next(iter(column.texts), ""))
    origin = f"column = {quoted(column.name)}"
    if not guess.is_time:
        shown = quoted(guess.odd_text[:_LONGEST]) if guess.odd_text else example
        remark = f"{DECIDE}: no format that is known fits all of its texts; not for instance {shown}"
        return DraftedTime(origin, (DECIDE,), remark, needs_zone=True)
    settled = settled_by(guess, others) if guess.undecided else None
    if guess.undecided and settled is None:
        return _undecided(column, [one for group in guess.undecided for one in group], columns)
    if guess.wreck:
        return _of_a_wreck(column)
    if settled is not None:
        formats, remark = (*guess.formats, settled), f"{example}: day or month first, by the other columns of times"
    else:
        formats, remark = tuple(guess.formats), f"every text fits, for instance {example}"
    if guess.odd:
        formats = formats if formats != (ISO,) else ()
        remark = f"{_render_odd(guess)}; for instance {example}"
    clock = None if guess.has_hours and not guess.tail else _clock_of(column, columns)
    if clock is not None:
        return _with_clock(column, clock, formats or (ISO,), remark)
    return DraftedTime(origin, () if formats == (ISO,) else formats, remark, needs_zone=not guess.carries_zone)


def _render_odd(guess: TimeGuess) -> str:
    some = "1 text is no time" if guess.odd == 1 else f"{guess.odd:,} texts are no times"
    return (
        f"{some}, for instance {quoted(guess.odd_text[:_LONGEST])}: rows with such a text are errors; every other fits"
    )


def _of_a_wreck(column: Column) -> DraftedTime:
    formats = ", ".join(map(quoted, column.times.formats))
    remark = (
        f"{DECIDE}: some cells are dates, none of them after the 12th of a month, and others are texts: the program "
        f"that made it may have swapped day and month of the dates. If it has not, it is [{formats}]"
    )
    return DraftedTime(f"column = {quoted(column.name)}", (DECIDE,), remark, needs_zone=True)


def _undecided(column: Column, formats: Sequence[str], columns: Sequence[Column]) -> DraftedTime:
    """Nothing tells how it is written; with its hours, where they stand in a column of their own."""
    clock = None if column.times.has_hours and not column.times.tail else _clock_of(column, columns)
    hours = _hours_of(clock).format if clock is not None else None
    tail = column.times.tail
    dated = formats if clock is None else [f"{day_of(one) or one}{tail} {hours or DECIDE}" for one in formats]
    origin = f"column = {quoted(column.name)}" if clock is None else _beside(column, clock, hours)
    either = " or ".join(map(quoted, dated))
    example = quoted(next(iter(column.texts)))
    remark = f"{DECIDE}: it is {either}, and no text tells which; for instance {example}"
    return DraftedTime(origin, (DECIDE, *column.times.formats), remark, needs_zone=True)


def _clock_of(day: Column, columns: Sequence[Column]) -> Column | None:
    name = clock_beside(day.name, columns)
    return next((one for one in columns if one.name == name), None)


def _with_clock(day: Column, clock: Column, formats: Sequence[str], remark: str) -> DraftedTime:
    hours, origin = _hours_of(clock), _beside(day, clock, _hours_of(clock).format)
    beside = f"{remark}; its hours stand in {quoted(clock.name)}"
    days = [_day_format(day, one) for one in formats]
    if hours.format is None or None in days:
        either = hours.either if hours.format is None else "and the day is written in a way that tells hours of its own"
        return DraftedTime(origin, (DECIDE,), f"{DECIDE}: {beside}, {either}", needs_zone=True)
    if tuple(formats) == (ISO,) and not day.times.tail and hours.format.startswith("%H:"):
        return DraftedTime(origin, (), beside, needs_zone=True)
    dated = tuple(f"{one}{day.times.tail} {hours.format}" for one in days)
    return DraftedTime(origin, dated, beside, needs_zone=True)


def _day_format(day: Column, one: str) -> str | None:
    """The format of a day alone."""
    if one == ISO:
        return "%Y-%m-%d" if all(_ISO_DAY.match(text) for text in day.texts) else None
    return (day_of(one) or one) if day.times.tail else one


def _hours_of(clock: Column) -> _Hours:
    if all(_HOURS_ALONE.fullmatch(text) for text in clock.texts):
        # 5 may be five o'clock, or 00:05 whose zeros were cut off.
        is_hour = _CALLED_HOUR.search(spoken(clock.name)) is not None
        return _Hours("%H") if is_hour else _Hours(None, 'and are "%H" or "%H%M": no text tells which')
    return _Hours(next((one for one in _CLOCKS if all(_fits(text, one) for text in clock.texts)), None))


def _beside(day: Column, clock: Column, hours: str | None) -> str:
    pad = f", pad = {{ {quoted(clock.name)} = 4 }}" if hours == "%H%M" else ""
    return f"template = {quoted(f'{{{day.name}}} {{{clock.name}}}')}{pad}"


def _fits(text: str, clock: str) -> bool:
    if clock == "%H%M":
        text = text.zfill(4) if text.isdigit() else text
    if text.startswith("24") and clock.startswith("%H"):
        text = f"00{text[2:]}"  # the end of a day
    try:
        datetime.strptime(text, clock)  # noqa: DTZ007  (only whether it fits)
    except ValueError:
        return False
    return True
