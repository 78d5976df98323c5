"""What Redis itself takes for the commands that a run is made of, by how many persons there are.

Nothing of harmwatch's own is in these figures: they show why the store slows down as it grows. They hold the reading
of the commands too, which a script is spared.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import redis

from bench.store_alone import OFFENDERS, cpu_seconds, server
from models.instants import DAY, EARLIEST

_AT_ONCE = 1_000
_REPEATS = 100
_VALUE_BYTES = 85
"""Of a person's value in London, about: three offences."""

_SCORES, _DAYS, _DAY_SLOTS = 100, 365, 131_072


@dataclass(frozen=True, slots=True)
class CommandCost:
    """Processor microseconds of the server per person, of a thousand random ones in one command.

    `due_us`: to another instant, as in years in which windows end.
    """

    persons: int
    read_us: float
    write_us: float
    rank_us: float
    due_us: float


def measure_commands(binary: Path, scale: float) -> CommandCost:
    """A London so many times its size: HMGET and HSET of values, ZADD of new places among the ranked and the due."""
    with server(binary) as port:
        client, chance = redis.Redis(port=port), random.Random(1)
        client.config_set("auto-aof-rewrite-percentage", 0)  # it would come at some sizes and not at others
        persons = [f"off{number:09}" for number in range(int(OFFENDERS * scale))]
        for start in range(0, len(persons), _AT_ONCE):
            some = persons[start : start + _AT_ONCE]
            client.hset("offenders", mapping=_values(some))
            client.zadd("rank", _ranks(some, chance))
            client.zadd("due", _dues(some, chance))

        def cost(command: Callable[[Sequence[str]], object]) -> float:
            before = cpu_seconds(client)
            for _ in range(_REPEATS):
                command(chance.sample(persons, _AT_ONCE))
            return (cpu_seconds(client) - before) / (_REPEATS * _AT_ONCE) * 1e6

        return CommandCost(
            len(persons),
            read_us=cost(lambda some: client.hmget("offenders", list(some))),
            write_us=cost(lambda some: client.hset("offenders", mapping=_values(some))),
            rank_us=cost(lambda some: client.zadd("rank", _ranks(some, chance))),
            due_us=cost(lambda some: client.zadd("due", _dues(some, chance))),
        )


def _values(persons: Sequence[str]) -> dict[Any, Any]:  # Any: as redis declares a mapping
    return dict.fromkeys(persons, b"x" * _VALUE_BYTES)


def _ranks(persons: Sequence[str], chance: random.Random) -> dict[Any, float]:
    return {
        person: -float(chance.randint(1, _SCORES) * 1_000 * _DAY_SLOTS + chance.randrange(_DAYS)) for person in persons
    }


def _dues(persons: Sequence[str], chance: random.Random) -> dict[Any, float]:
    return {person: float(EARLIEST + chance.randrange(_DAYS * DAY)) for person in persons}
