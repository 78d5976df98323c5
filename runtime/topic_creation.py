"""The topics made as they must be: created where they are missing, set right where they are there."""

from dataclasses import dataclass

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import InvalidConfigurationError

from models.errors import StartRefused
from models.topics import JOURNAL, LATEST_TIMESTAMP, OFFENCES, TOPICS, Topic, topic_name
from runtime.installation import group_name
from runtime.kafka import PartitionReader, admin, kafka_errors
from runtime.notes import committed_offsets
from runtime.settings import Settings
from runtime.topic_checks import read_configuration, wrong_settings

_PARTITIONS = 4


@dataclass(frozen=True, slots=True)
class Made:
    """The names of the topics that were created, and of those that were told anew how to be kept."""

    created: list[str]
    altered: list[str]


def create_topics(settings: Settings, partitions: int | None = None, *, new_board: bool = False) -> Made:
    """Creates the topics that are missing, and sets right what the others are told. `partitions`: of offences.v1.

    Raises StartRefused where it has others already, and where only journal.v1 is gone of a board: an empty one would
    begin a second history. `new_board` is a person's word that there was no board.
    """
    client = admin(settings.brokers)
    try:
        with kafka_errors():
            there = {item["name"]: len(item["partitions"]) for item in client.describe_topics()}
            missing = [topic for topic in TOPICS if topic_name(settings.prefix, topic) not in there]
            has = there.get(topic_name(settings.prefix, OFFENCES))
            if partitions is not None and has not in {None, partitions}:
                name = topic_name(settings.prefix, OFFENCES)
                raise StartRefused(f"{name} has {has} partitions; they are chosen once")
            if JOURNAL in missing and not new_board:
                _refuse_second_history(client, settings, there)
            if missing:
                _create(client, settings, missing, partitions or _PARTITIONS)
            altered = [
                name
                for topic in TOPICS
                if topic not in missing and _alter(client, name := topic_name(settings.prefix, topic), topic)
            ]
    finally:
        client.close()
    return Made([topic_name(settings.prefix, topic) for topic in missing], altered)


def _create(client: KafkaAdminClient, settings: Settings, missing: list[Topic], partitions: int) -> None:
    def made(unknown: frozenset[str]) -> dict[str, dict[str, object]]:
        return {
            topic_name(settings.prefix, topic): {
                "num_partitions": topic.partitions or partitions,
                "replication_factor": -1,
                "configs": {key: value for key, value in topic.configuration().items() if key not in unknown},
            }
            for topic in missing
        }

    try:
        client.create_topics(made(frozenset()), wait_for_metadata=True)
    except InvalidConfigurationError:  # brokers before 3.6; `topics check` says what that means
        client.create_topics(made(frozenset({LATEST_TIMESTAMP})), wait_for_metadata=True)


def _alter(client: KafkaAdminClient, name: str, topic: Topic) -> bool:
    """Whether it was told something else. Records that lie there already stay as they are."""
    wrong = wrong_settings(read_configuration(client, name), topic)
    if wrong:
        client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, wrong)])
    return bool(wrong)


def _refuse_second_history(client: KafkaAdminClient, settings: Settings, there: dict[str, int]) -> None:
    names = [topic_name(settings.prefix, topic) for topic in TOPICS]
    told = [f"{name} holds records" for name in names if name in there and _holds_any(settings, name, there[name])]
    if any(name in there for name in names) and committed_offsets(client, group_name(settings)):
        told.append(f"the group {group_name(settings)} has committed offsets")
    if told:
        raise StartRefused(
            f"{topic_name(settings.prefix, JOURNAL)} is gone, and a board has worked here: {', '.join(told)}. An empty "
            "journal would begin a second history under alert ids that are known. Bring it back, or begin under "
            "another HARMWATCH_PREFIX; where there never was one, `harmwatch topics create --new-board` says so"
        )


def _holds_any(settings: Settings, name: str, partitions: int) -> bool:
    reader = PartitionReader(settings.brokers, name, 0)
    try:
        return any(reader.ends(partitions).values())
    finally:
        reader.close()
