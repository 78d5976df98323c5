"""Which clock moves a board."""

from enum import StrEnum


class ClockMode(StrEnum):
    """`wall`: the clock of the Redis server; `event`: the records' own recorded_at (replays, back-fills)."""

    WALL = "wall"
    EVENT = "event"
