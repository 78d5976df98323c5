"""How much a board holds, and how full its store is."""

from dataclasses import dataclass

import redis

from state.keys import Keys


@dataclass(frozen=True, slots=True)
class Fill:
    """Persons in the band, ranked, and with something to expire; bytes of the whole store, `limit` 0: none."""

    band: int
    ranked: int
    due: int
    memory_bytes: int
    limit_bytes: int


def read_fill(client: "redis.Redis", keys: Keys) -> Fill:
    """At one moment."""
    with client.pipeline() as together:
        together.hlen(keys["band"])
        together.zcard(keys["rank"])
        together.zcard(keys["due"])
        together.info("memory")
        band, ranked, due, memory = together.execute()
    return Fill(band, ranked, due, int(memory["used_memory"]), int(memory.get("maxmemory", 0)))
