"""The options of the two clocks: `--at` (which moment) and `--known-at` (by whose knowledge)."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import click

from cli.instant_option import instant_option
from models.errors import WrongUse
from models.instants import Micros


@dataclass(frozen=True, slots=True)
class AsOf:
    """Which moment is asked for (`at`), and by what was known when (`known_at`, or `as_known_now`); `diff`: of both."""

    at: str | None
    known_at: str | None
    as_known_now: bool
    diff: bool

    @property
    def asked(self) -> bool:
        """Whether anything but the live board is asked for. Raises WrongUse where options do not fit together."""
        if self.at is None and (self.known_at or self.as_known_now or self.diff):
            raise WrongUse("--known-at, --as-known-now and --diff look at a moment: say which with --at")
        if self.known_at and self.as_known_now:
            raise WrongUse("--known-at and --as-known-now both say by which knowledge: give one of them")
        return self.at is not None

    @property
    def at_us(self) -> Micros:
        """`--at` in microseconds. Raises WrongUse."""
        return instant_option("--at", self.at or "", ends_day=True)

    @property
    def known_at_us(self) -> Micros | None:
        """`--known-at` in microseconds, None for now. Raises WrongUse, also where it lies before `--at`."""
        if self.known_at is None:
            return None
        known_at = instant_option("--known-at", self.known_at, ends_day=True)
        if known_at < self.at_us:
            raise WrongUse(f"--known-at {self.known_at} lies before --at {self.at}: that moment was not known yet")
        return known_at

    @property
    def by_later_knowledge(self) -> bool:
        """Whether another knowledge than that of the moment itself is asked for."""
        return self.as_known_now or self.known_at is not None or self.diff


_OPTIONS = (
    click.option("--at", help="As known at this instant or the end of this date, computed from Kafka alone."),
    click.option("--known-at", help="What held at --at by everything that was known at this later instant."),
    click.option("--as-known-now", is_flag=True, help="What held at --at by everything that is known now."),
    click.option("--diff", is_flag=True, help="Who was in the band at --at and should not have been, and the reverse."),
)


def clock_options(command: Callable[..., None]) -> Callable[..., None]:
    """Gives a command the options, as one argument `clocks`."""

    @functools.wraps(command)
    def with_clocks(*, at: str | None, known_at: str | None, as_known_now: bool, diff: bool, **others: Any) -> None:
        command(clocks=AsOf(at, known_at, as_known_now, diff), **others)

    for option in reversed(_OPTIONS):
        with_clocks = option(with_clocks)
    return with_clocks
