"""A time of a drafted mapping: the rule that reads it, or a mark where its texts do not say how."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cli.mapping.toml import DECIDE, quoted
from intake.drafting.columns import Column
from intake.drafting.fields import Candidate, clock_beside
from intake.drafting.times import ISO, TimeGuess, settled_by

_CLOCKS = ("%H:%M", "%H:%M:%S", "%I:%M %p", "%I:%M:%S %p", "%I:%M%p", "%H.%M", "%H%M")


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
        return f"{{ {self.origin}{f', format = {quoted(formats)}' if self.formats else ''}{more} }}"


def drafted_time(candidate: Candidate, columns: Sequence[Column]) -> DraftedTime:
    """How the column of a candidate is read."""
    column = next(one for one in columns if one.name == candidate.column)
    guess = column.times
    others = [one.times for one in columns if one is not column]
    example = quoted(next(iter(column.texts)))
    origin = f"column = {quoted(column.name)}"
    settled = settled_by(guess, others) if guess.undecided else None
    if guess.undecided and settled is None:
        return _undecided(column, [one for group in guess.undecided for one in group], columns)
    if settled is not None:
        formats, remark = (*guess.formats, settled), f"{example}: day or month first, by the other columns of times"
    else:
        formats, remark = tuple(guess.formats), f"every text fits, for instance {example}"
    clock = None if _has_clock(guess, formats) else _clock_of(column, columns)
    if clock is not None:
        return _with_clock(column, clock, formats, remark)
    return DraftedTime(origin, () if formats == (ISO,) else formats, remark, needs_zone=not guess.carries_zone)


def _undecided(column: Column, formats: Sequence[str], columns: Sequence[Column]) -> DraftedTime:
    """Nothing tells how it is written; with its hours, where they stand in a column of their own."""
    clock = None if any("%H" in one or "%I" in one for one in formats) else _clock_of(column, columns)
    hours = _hours_of(clock) if clock is not None else None
    origin = f"column = {quoted(column.name)}" if clock is None else _beside(column, clock, hours)
    either = " or ".join(quoted(one if clock is None else f"{one} {hours or DECIDE}") for one in formats)
    example = quoted(next(iter(column.texts)))
    remark = f"{DECIDE}: it is {either}, and no text tells which; for instance {example}"
    return DraftedTime(origin, (DECIDE,), remark, needs_zone=True)


def _clock_of(day: Column, columns: Sequence[Column]) -> Column | None:
    name = clock_beside(day.name, columns)
    return next((one for one in columns if one.name == name), None)


def _has_clock(guess: TimeGuess, formats: Sequence[str]) -> bool:
    return guess.carries_zone or any("%H" in one or "%I" in one or one.startswith("epoch") for one in formats)


def _with_clock(day: Column, clock: Column, formats: Sequence[str], remark: str) -> DraftedTime:
    hours, origin = _hours_of(clock), _beside(day, clock, _hours_of(clock))
    beside = f"{remark}; its hours stand in {quoted(clock.name)}"
    if hours is None:
        return DraftedTime(origin, (DECIDE,), f"{DECIDE}: {beside}, in more ways than one", needs_zone=True)
    if tuple(formats) == (ISO,) and hours.startswith("%H:"):
        return DraftedTime(origin, (), beside, needs_zone=True)
    dated = tuple(f"{'%Y-%m-%d' if one == ISO else one} {hours}" for one in formats)
    return DraftedTime(origin, dated, beside, needs_zone=True)


def _hours_of(clock: Column) -> str | None:
    return next((one for one in _CLOCKS if all(_fits(text, one) for text in clock.texts)), None)


def _beside(day: Column, clock: Column, hours: str | None) -> str:
    pad = f", pad = {{ {quoted(clock.name)} = 4 }}" if hours == "%H%M" else ""
    return f"template = {quoted(f'{{{day.name}}} {{{clock.name}}}')}{pad}"


def _fits(text: str, clock: str) -> bool:
    if clock == "%H%M":
        text = text.zfill(4) if text.isdigit() else text
    try:
        datetime.strptime(text, clock)  # noqa: DTZ007  (only whether it fits)
    except ValueError:
        return False
    return True
