"""The server behind a store: what it is, how it keeps what it holds, and how quickly it answers."""

import time
from dataclasses import dataclass
from statistics import median

import redis

from models.instants import SECOND
from state.connection import store_errors

_PINGS = 100


@dataclass(frozen=True, slots=True)
class Server:
    """A Redis server as it is at one moment.

    `run_id` is another after each restart, `ahead_us` is by how much its clock is ahead of ours.
    `ping_seconds`: the median of a hundred. `limit_bytes` 0: none.
    """

    run_id: str
    version: str
    is_master: bool
    replicas: int
    keeps_a_log: bool
    memory_bytes: int
    limit_bytes: int
    ahead_us: int
    ping_seconds: float


def look_at_server(client: "redis.Redis") -> Server:
    """Asks INFO, TIME and PING; changes nothing. Raises Unavailable."""
    with store_errors():
        info = client.info()
        before = time.time()
        seconds, microseconds = client.time()
        ahead_us = seconds * SECOND + microseconds - round((before + time.time()) / 2 * SECOND)
        return Server(
            run_id=str(info["run_id"]),
            version=str(info.get("valkey_version") or info["redis_version"]),
            is_master=info.get("role") == "master",
            replicas=int(info.get("connected_slaves", 0)),
            keeps_a_log=bool(info.get("aof_enabled")),
            memory_bytes=int(info["used_memory"]),
            limit_bytes=int(info.get("maxmemory", 0)),
            ahead_us=ahead_us,
            ping_seconds=median(_ping(client) for _ in range(_PINGS)),
        )


def _ping(client: "redis.Redis") -> float:
    begun = time.perf_counter()
    client.ping()
    return time.perf_counter() - begun
