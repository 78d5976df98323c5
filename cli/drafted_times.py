"""A time of a drafted mapping: the rule that reads it, or a mark where its texts do not say how."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from cli.toml import DECIDE, quoted
from intake.guess_columns import Column
from intake.guess_fields import Candidate, clock_beside
from intake.guess_times import ISO, TimeGuess, settled_by

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
        told: Any = self.formats[0] if len(self.formats) == 1 else list(self.formats)  # Any: TOML
        return f"{{ {self.origin}{f', format = {quoted(told)}' if self.formats else ''}{more} }}"


def drafted_time(candidate: Candidate, columns: Sequence[Column]) -> DraftedTime:
    """How the column of a candidate is read."""
    column = next(one for one in columns if one.name == candidate.column)
    guess = column.times
    others = [one.times for one in columns if one is not column]
    example = quoted(next(iter(column.texts)))
    origin = f"column = {quoted(column.name)}"
    if guess.undecided:
        settled = settled_by(guess, others)
        if settled is None:
            either = " or ".join(quoted(one) for group in guess.undecided for one in group)
            remark = f"{DECIDE}: it is {either}, and no text tells which; for instance {example}"
            return DraftedTime(origin, (DECIDE,), remark, needs_zone=True)
        formats, remark = (*guess.formats, settled), f"{example}: day or month first, by the other columns of times"
    else:
        formats, remark = tuple(guess.formats), f"every text fits, for instance {example}"
    clock = clock_beside(column.name, columns) if not _has_clock(guess, formats) else None
    if clock is not None and len(formats) == 1:
        return _with_clock(column, next(one for one in columns if one.name == clock), formats[0], remark)
    return DraftedTime(origin, () if formats == (ISO,) else formats, remark, needs_zone=not guess.carries_zone)


def _has_clock(guess: TimeGuess, formats: Sequence[str]) -> bool:
    return guess.carries_zone or any("%H" in one or "%I" in one or one.startswith("epoch") for one in formats)


def _with_clock(day: Column, clock: Column, day_format: str, remark: str) -> DraftedTime:
    hours = next((one for one in _CLOCKS if all(_fits(text, one) for text in clock.texts)), None)
    origin = f"template = {quoted(f'{{{day.name}}} {{{clock.name}}}')}"
    if hours is None:
        return DraftedTime(f"column = {quoted(day.name)}", (day_format,), remark, needs_zone=True)
    if hours == "%H%M":
        origin += f", pad = {{ {quoted(clock.name)} = 4 }}"
    formats = (
        () if day_format == ISO and hours != "%H%M" else (f"{'%Y-%m-%d' if day_format == ISO else day_format} {hours}",)
    )
    return DraftedTime(origin, formats, f"{remark}; its hours stand in {quoted(clock.name)}", needs_zone=True)


def _fits(text: str, clock: str) -> bool:
    if clock == "%H%M":
        text = text.zfill(4) if text.isdigit() else text
    try:
        datetime.strptime(text, clock)  # noqa: DTZ007  (only whether it fits)
    except ValueError:
        return False
    return True
