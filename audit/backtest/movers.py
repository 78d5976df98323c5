"""Two policies held against each other: who would move, and what it would mean for the desk and for groups."""

from collections.abc import Mapping
from dataclasses import dataclass

from audit.backtest.backtest import Backtest, Backtests
from models.journal.transition import Standing

NO_GROUP = "(not in the table)"


@dataclass(frozen=True, slots=True)
class Side:
    """One person under one policy at the end, and how long they were in the band (microseconds)."""

    standing: Standing
    in_band: bool
    in_band_us: int


@dataclass(frozen=True, slots=True)
class Mover:
    """A person whom the second policy treats differently from the first."""

    offender_id: str
    a: Side
    b: Side

    @property
    def gained_us(self) -> int:
        """Time in the band under the second policy, minus that under the first."""
        return self.b.in_band_us - self.a.in_band_us


@dataclass(frozen=True, slots=True)
class Share:
    """One group's part of the band: people at the end, and time within the window (microseconds)."""

    group: str
    at_end: tuple[int, int]
    in_band_us: tuple[int, int]


def movers(backtests: Backtests) -> list[Mover]:
    """Everybody whose time in the band, or place in it at the end, is another; the largest difference first."""
    a, b = backtests.backtests
    found = []
    for offender_id in a.stays.offenders() | b.stays.offenders():
        mover = Mover(offender_id, side(backtests, a, offender_id), side(backtests, b, offender_id))
        if mover.gained_us or mover.a.in_band != mover.b.in_band:
            found.append(mover)
    return sorted(found, key=lambda mover: (-abs(mover.gained_us), mover.offender_id.encode()))


def side(backtests: Backtests, backtest: Backtest, offender_id: str) -> Side:
    """One person under one of the policies."""
    stays = backtest.stays.of(offender_id)
    in_band = bool(stays) and stays[-1].end is None
    stayed = backtest.stays.microseconds(offender_id, backtests.start, backtests.end)
    return Side(backtest.engine.standing(offender_id), in_band, stayed)


def shares(backtests: Backtests, groups: Mapping[str, str]) -> list[Share]:
    """The band by group. Groups come from outside and never reach a score."""
    a, b = backtests.backtests
    people = {group: ([0, 0], [0, 0]) for group in {*groups.values(), NO_GROUP}}
    for offender_id in a.stays.offenders() | b.stays.offenders():
        at_end, stayed = people[groups.get(offender_id, NO_GROUP)]
        for place, backtest in enumerate((a, b)):
            one = side(backtests, backtest, offender_id)
            at_end[place] += one.in_band
            stayed[place] += one.in_band_us
    return [
        Share(group, (at_end[0], at_end[1]), (stayed[0], stayed[1]))
        for group, (at_end, stayed) in sorted(people.items())
        if group != NO_GROUP or any(stayed) or any(at_end)
    ]
