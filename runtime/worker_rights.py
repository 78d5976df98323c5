"""The rights on topics that a worker needs; `deploy/kafka/rights.txt` gives them, and a test compares."""

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
