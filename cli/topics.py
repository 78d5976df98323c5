"""The topics of an installation, opened for reading by commands that compute again."""

import gc
from dataclasses import dataclass

import click

from broker.clients import PartitionReader, admin, kafka_errors
from broker.plain_records import PlainRecords
from broker.security import Brokers
from models.errors import PreconditionFailed
from models.topics import Topic, topic_name
from runtime.hidden_topics import refuse_hidden
from runtime.settings import Settings

_FRESH_OBJECTS = 2_000_000
"""A board in memory is millions of objects without cycles: looking for some at every 700 new ones takes a tenth."""

passed_over_option = click.option(
    "--passed-over", type=click.IntRange(0), multiple=True, metavar="OFFSET", help="A forged record to leave out."
)
"""Of alerts.v1."""


@dataclass(frozen=True, slots=True)
class Topics:
    """Opens readers of the topics of one installation; it can be handed to another process."""

    brokers: Brokers
    prefix: str

    def __call__(self, topic: Topic, partition: int) -> PartitionReader:
        """A reader that stands at the beginning. Raises Unavailable."""
        reader = PartitionReader(self.brokers, topic_name(self.prefix, topic), partition)
        reader.unpack_by(PlainRecords)
        return reader


def named_board(settings: Settings) -> str | None:
    """The board that a setting names; None: that of the journal's first entry. The shipped default names none."""
    return settings.board if "board" in settings.model_fields_set else None


def are_there(settings: Settings, *wanted: Topic) -> bool:
    """Whether an installation has all of these topics. Raises Unavailable."""
    return len(those_there(settings, *wanted)) == len(wanted)


def those_there(settings: Settings, *wanted: Topic) -> tuple[Topic, ...]:
    """Which of these topics an installation has. Raises Unavailable."""
    client = admin(settings.brokers)
    try:
        with kafka_errors(settings.brokers):
            names = set(client.list_topics())
            return tuple(topic for topic in wanted if topic_name(settings.prefix, topic) in names)
    finally:
        client.close()


def open_topics(settings: Settings, *needed: Topic) -> Topics:
    """For commands that compute again.

    Raises PreconditionFailed when a topic that is needed is missing, Unavailable.
    """
    gc.set_threshold(_FRESH_OBJECTS, 20, 100)
    client = admin(settings.brokers)
    try:
        with kafka_errors(settings.brokers):
            there, names = set(client.list_topics()), [topic_name(settings.prefix, topic) for topic in needed]
            refuse_hidden(client, names, there)
    finally:
        client.close()
    missing = [name for name in names if name not in there]
    if missing:
        raise PreconditionFailed(f"topic {', '.join(missing)} is missing: run `harmwatch topics create`")
    return Topics(settings.brokers, settings.prefix)
