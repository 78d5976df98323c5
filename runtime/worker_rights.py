"""The rights that a worker needs; the files in `deploy/kafka` and `deploy/redis` give them, and tests compare."""

from broker.clients import admin, kafka_errors
from broker.rights import lacking_rights
from models.topics import ALERTS, CHECKPOINTS, DEAD_LETTERS, ERASURES, JOURNAL, OFFENCES, REDRIVES, topic_name
from runtime.settings import Sealing, Settings

_LOOKED_AT = ("DESCRIBE_CONFIGS",)
_READ = ("READ", *_LOOKED_AT)
_WRITTEN = ("READ", "WRITE", *_LOOKED_AT)
# Asked for beforehand: a transaction that may not write says only that it has failed (decision 0017).
WORKER_RIGHTS = {
    OFFENCES: _READ, JOURNAL: _WRITTEN, ALERTS: _WRITTEN, DEAD_LETTERS: _WRITTEN, CHECKPOINTS: _READ, ERASURES: _READ,
    REDRIVES: _LOOKED_AT,
}  # fmt: skip
"""Erasures are read by workers that seal alone."""


STORE_COMMANDS = {
    "hget": "HGET KEY a", "hmget": "HMGET KEY a", "hset": "HSET KEY a b", "hdel": "HDEL KEY a",
    "hgetall": "HGETALL KEY", "hkeys": "HKEYS KEY", "hlen": "HLEN KEY", "hincrby": "HINCRBY KEY a 1",
    "zadd": "ZADD KEY 1 a", "zrem": "ZREM KEY a", "zcard": "ZCARD KEY", "zrange": "ZRANGE KEY 0 1",
    "zrank": "ZRANK KEY a", "zscore": "ZSCORE KEY a", "zrangebyscore": "ZRANGEBYSCORE KEY 0 1",
    "zrangebylex": "ZRANGEBYLEX KEY [a [b", "zrevrangebylex": "ZREVRANGEBYLEX KEY [b [a",
    "rpush": "RPUSH KEY a", "lrange": "LRANGE KEY 0 1", "lindex": "LINDEX KEY 0", "llen": "LLEN KEY",
    "ltrim": "LTRIM KEY 0 1", "exists": "EXISTS KEY", "rename": "RENAME KEY KEY", "unlink": "UNLINK KEY",
    "evalsha": "EVALSHA 0123456789012345678901234567890123456789 0", "script|load": "SCRIPT LOAD return",
    "memory|usage": "MEMORY USAGE KEY", "time": "TIME", "info": "INFO memory",
}  # fmt: skip
"""What a worker says to the store beside PING, MULTI and EXEC, by its name in an ACL, and how it may be said."""


def lacking_worker_rights(settings: Settings) -> list[str]:
    """What this user may not do and a worker must, each with its topic. Raises Unavailable."""
    needs = {topic_name(settings.prefix, topic): rights for topic, rights in WORKER_RIGHTS.items()}
    if settings.seal is Sealing.OFF:
        needs[topic_name(settings.prefix, ERASURES)] = _LOOKED_AT
    client = admin(settings.brokers)
    try:
        with kafka_errors(settings.brokers):
            return lacking_rights(client, needs)
    finally:
        client.close()
