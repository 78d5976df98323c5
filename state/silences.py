"""For how long a board has not moved, by the clock of its store."""

from collections.abc import Mapping
from dataclasses import dataclass

import redis

from state.connection import fields_of
from state.keys import Keys


@dataclass(frozen=True, slots=True)
class Silences:
    """Microseconds since the newest run or tick, since the newest publication, and since the newest run of a partition.

    None: never yet. Negative: the clock was set back since.
    """

    moved: int | None
    published: int | None
    partitions: Mapping[int, int | None]


def read_silences(client: "redis.Redis", keys: Keys, partitions: int) -> Silences:
    """Of a board with so many partitions."""
    names = ["moved_at", "published_at", *(f"moved_at:{number}" for number in range(partitions))]
    with client.pipeline() as together:
        together.time()
        together.hmget(keys["meta"], names)
        (seconds, microseconds), stamps = together.execute(raise_on_error=False)
    now = seconds * 1_000_000 + microseconds
    moved, published, *each = (None if stamp is None else now - int(stamp) for stamp in fields_of(stamps, len(names)))
    return Silences(moved, published, dict(enumerate(each)))
