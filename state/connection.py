"""One connection to Redis that never comes back silently.

A new connection may reach a restarted, older or other Redis, so the holder of a store must recover
before going on; a client that reconnects by itself would hide that.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from models.access.redis_access import Access, address_fault
from models.errors import NotAllowed, PreconditionFailed, Unavailable, WrongUse
from state.kept_out import why_kept_out

_NO_RIGHT_IN_A_SCRIPT = ("ACL failure in script", "can't run this command or subcommand")
"""Valkey and Redis from 7.2 on name the command; Redis 7.0 says only at which line of the script it stands."""


def connect(where: str | Access, timeout_seconds: float = 10.0) -> redis.Redis:
    """A connected client with exactly one connection, by what stands in the files now.

    Raises Unavailable, or WrongUse for a bad address.
    """
    access = Access(where) if isinstance(where, str) else where
    if (fault := address_fault(access.url, access.setting)) is not None:
        raise WrongUse(fault)
    try:
        pool = redis.ConnectionPool.from_url(
            access.url,
            max_connections=1,
            retry=Retry(NoBackoff(), 0),
            socket_timeout=timeout_seconds,
            socket_connect_timeout=timeout_seconds,
            redis_connect_func=_once(),
            **access.options(),
        )
        client: redis.Redis = redis.Redis.from_pool(pool)  # so that closing it ends the connection
        client.ping()
    except ValueError as error:  # it may quote a password
        raise WrongUse(f"{access.setting} is not a Redis URL") from error
    except redis.RedisError as error:
        raise _explain(error, access) from error
    return client


def _explain(error: redis.RedisError, access: Access) -> Unavailable:
    who = f"Redis at {access.render}"
    if (why := why_kept_out(error, access)) is not None:
        return NotAllowed(f"{who} {why}")
    does = "refuses" if isinstance(error, redis.ResponseError) else "does not answer"
    return _as_unavailable(error, who, f" {does} ({access.setting})")


def _as_unavailable(error: Exception, who: str, what: str = "") -> Unavailable:
    """What lasts until a person changes something is no outage."""
    refused = isinstance(error, redis.AuthenticationError | redis.exceptions.NoPermissionError)
    if refused or any(mark in str(error) for mark in _NO_RIGHT_IN_A_SCRIPT):
        said = str(error).rstrip(".")
        return NotAllowed(f"{who} refuses: {said}: what each role needs stands in deploy/redis/users.acl")
    return Unavailable(f"{who}{what}: {error}")


def _once() -> Callable[["redis.Connection"], None]:
    connected = False

    def on_connect(connection: "redis.Connection") -> None:
        nonlocal connected
        if connected:
            raise redis.ConnectionError("the connection was lost")
        connection.on_connect()
        connected = True

    return on_connect


@contextmanager
def store_errors() -> Iterator[None]:
    """Turns the client's errors into Unavailable, or NotAllowed."""
    try:
        yield
    except (redis.RedisError, OSError) as error:
        raise _as_unavailable(error, "Redis") from error


def fields_of(answer: Any, count: int) -> Sequence[Any]:
    """What HMGET has answered; nothing where something else stands in the key's place. Raises any other error."""
    if isinstance(answer, Exception):
        if not is_wrong_type(answer):
            raise answer
        return [None] * count
    fields: Sequence[Any] = answer
    return fields


def is_wrong_type(error: BaseException | None) -> bool:
    """Whether something else stands in a key's place: what it held is gone, and no waiting brings it back."""
    return isinstance(error, redis.ResponseError) and str(error).startswith("WRONGTYPE")


def is_answer(error: Unavailable) -> bool:
    """Whether the server itself has refused, for instance since its memory is full, rather than been away."""
    return isinstance(error.__cause__, redis.ResponseError)


def check_eviction_policy(client: redis.Redis) -> str | None:
    """Raises PreconditionFailed unless Redis answers a full memory with an error instead of forgetting keys.

    Where this user may not ask, what a person should look at.
    """
    try:
        with store_errors():
            found = client.info("memory").get("maxmemory_policy")
    except NotAllowed:
        return "Redis does not tell this user its maxmemory-policy (+info): see to it that it is noeviction"
    if found != "noeviction":
        raise PreconditionFailed(
            f"Redis has maxmemory-policy {found}: it would forget offenders when memory is short. "
            "Set `maxmemory-policy noeviction`."
        )
    return None
