"""A store that is full or a copy refuses everybody: that is no right that a user lacks."""

from collections.abc import Iterator
from typing import Any

import pytest
import redis

from cli.doctor.rights import refused_commands
from runtime.settings import Settings


@pytest.fixture
def client(valkey_url: str) -> Iterator[Any]:  # Any: half of its calls have no types
    client: Any
    with redis.Redis.from_url(valkey_url) as client:
        client.set("something", "that takes memory")
        yield client
        client.config_set("maxmemory", "0")
        client.execute_command("REPLICAOF", "NO", "ONE")


@pytest.mark.parametrize("words", [("CONFIG", "SET", "maxmemory", "1"), ("REPLICAOF", "127.0.0.1", "1")])
def test_only_a_missing_right_is_a_refusal(client: Any, valkey_url: str, words: tuple[str, ...]) -> None:
    assert list(refused_commands(Settings(redis=valkey_url))) == []
    client.execute_command(*words)
    with pytest.raises(redis.ResponseError, match=r"OOM|read only|memory"):
        client.set("another", "thing")
    assert list(refused_commands(Settings(redis=valkey_url))) == []


def test_a_right_that_is_missing_is_named(client: Any, valkey_url: str) -> None:
    client.execute_command("ACL", "SETUSER", "half", "on", ">half", "~*", "+@all", "-zrank")
    try:
        asked = Settings.model_validate({"redis": valkey_url.replace("redis://", "redis://half:half@")})
        assert list(refused_commands(asked)) == ["zrank"]
    finally:
        client.execute_command("ACL", "DELUSER", "half")
