"""The governor: what exceeds a receiver's capacity is gathered into digests. Nothing is dropped, nothing overtakes."""

from dataclasses import dataclass
from typing import Literal

_UNITS = {"min": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000}


@dataclass(frozen=True, slots=True)
class Capacity:
    """So many numbers in so many microseconds: a bucket that is full at first and fills again one by one."""

    numbers: int
    period_us: int

    @classmethod
    def read(cls, text: str) -> "Capacity":
        """Of the form `6/h`, as terms have it."""
        numbers, _, unit = text.partition("/")
        return cls(int(numbers), _UNITS[unit])

    @property
    def step_us(self) -> int:
        """After so long one more number may go out."""
        return max(1, self.period_us // self.numbers)

    def free(self, paced_until_us: int, now_us: int) -> int:
        """So many numbers may go out now. `paced_until_us`: when the bucket is full again."""
        left = self.period_us - max(0, self._possible(paced_until_us, now_us) - now_us)
        return max(0, min(self.numbers, left // self.step_us))

    def spent(self, paced_until_us: int, now_us: int) -> int:
        """When the bucket is full again, once another number has gone out."""
        return max(self._possible(paced_until_us, now_us), now_us) + self.step_us

    def _possible(self, paced_until_us: int, now_us: int) -> int:
        """Further ahead than an empty bucket is only what a clock wrote that was set back since: one number is free."""
        is_possible = paced_until_us - now_us <= self.period_us
        return paced_until_us if is_possible else now_us + self.period_us - self.step_us


@dataclass(frozen=True, slots=True)
class Plan:
    """`act`: send one alert, send all that wait as a digest, or wait. `is_gathering`: the switch, from here on."""

    act: Literal["one", "digest", "wait"]
    is_gathering: bool
    wait_us: int = 0


def plan(capacity: Capacity, *, is_gathering: bool, paced_until_us: int, waiting: int, now_us: int) -> Plan:
    """What to do with at least one alert that waits.

    It begins to gather when more waits than may go out, and ends when all of it may, with half of the bucket full: so
    that a stream at the limit does not switch with every alert.
    """
    free = capacity.free(paced_until_us, now_us)
    is_calm = waiting <= free and (not is_gathering or 2 * free >= capacity.numbers)
    if is_calm:
        return Plan("one", False)
    if free:
        return Plan("one" if waiting == 1 else "digest", True)
    # The bucket has room for one number when it is so far from full.
    return Plan("wait", True, max(1, paced_until_us - capacity.period_us + capacity.step_us - now_us))
