"""The topics made as they must be: created where they are missing, set right where they are there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import InvalidConfigurationError, KafkaError, NoError, TopicAlreadyExistsError, for_code

from broker.clients import PartitionReader, admin, kafka_errors
from broker.commit_notes import committed_offsets
from models.errors import PreconditionFailed
from models.topics import ALL_TOPICS, JOURNAL, LATEST_TIMESTAMP, OFFENCES, Topic, topic_name
from runtime.hidden_topics import refuse_hidden
from runtime.installation import group_name
from runtime.settings import Settings
from runtime.topic_checks import read_configuration, wrong_settings

_PARTITIONS = 4


@dataclass(frozen=True, slots=True)
class CreatedTopics:
    """The names of the topics that were created, and of those whose settings were corrected.

    `lacking`: settings that these brokers do not know, and the created ones do not have.
    """

    created: tuple[str, ...]
    altered: tuple[str, ...]
    lacking: tuple[str, ...]


def create_topics(settings: Settings, partitions: int | None = None, *, new_board: bool = False) -> CreatedTopics:
    """Creates the topics that are missing, and corrects the settings of the others. `partitions`: of offences.v1.

    Raises PreconditionFailed where it has others already, and where only journal.v1 is gone of a board: an empty one
    would begin a second history. `new_board` is a person's word that there was no board.
    """
    client = admin(settings.brokers)
    try:
        with kafka_errors(settings.brokers):
            there = {item["name"]: len(item["partitions"]) for item in client.describe_topics()}
            refuse_hidden(client, [topic_name(settings.prefix, topic) for topic in ALL_TOPICS], there)
            missing = [topic for topic in ALL_TOPICS if topic_name(settings.prefix, topic) not in there]
            _refuse_other_partitions(topic_name(settings.prefix, OFFENCES), there, partitions)
            if JOURNAL in missing and not new_board:
                _refuse_second_history(client, settings, there)
            lacking = _create(client, settings, missing, partitions or _PARTITIONS)
            altered = [
                name
                for topic in ALL_TOPICS
                if topic not in missing and _alter(client, name := topic_name(settings.prefix, topic), topic)
            ]
    finally:
        client.close()
    created = (topic_name(settings.prefix, topic) for topic in missing)
    return CreatedTopics(tuple(created), tuple(altered), tuple(lacking))


def _create(client: KafkaAdminClient, settings: Settings, topics: Sequence[Topic], partitions: int) -> list[str]:
    """Creates all that can be; which settings they could not get. Raises the client's error for the first other."""
    wanted = {topic_name(settings.prefix, topic): _wanted(topic, partitions) for topic in topics}
    refused = _ask(client, wanted)
    older = {  # brokers before 3.6; `topics check` says what that means
        name: wanted[name] | {"configs": {key: value for key, value in configs.items() if key != LATEST_TIMESTAMP}}
        for name, error in refused.items()
        if isinstance(error, InvalidConfigurationError) and LATEST_TIMESTAMP in (configs := wanted[name]["configs"])
    }
    refused |= dict.fromkeys(older) | _ask(client, older)
    failed = {name: error for name, error in refused.items() if error is not None}
    client.wait_for_topics([name for name in wanted if name not in failed])
    for error in failed.values():
        raise error
    return [f"{name} without {LATEST_TIMESTAMP}: the brokers do not know it (Kafka 3.6)" for name in older]


def _wanted(topic: Topic, partitions: int) -> dict[str, Any]:  # Any: the client's
    return {
        "num_partitions": topic.partitions or partitions,
        "replication_factor": -1,
        "configs": topic.configuration(),
    }


def _ask(client: KafkaAdminClient, wanted: Mapping[str, object]) -> dict[str, KafkaError | None]:
    """Which of them Kafka has not created, and why; another command may just have done it."""
    if not wanted:
        return {}
    answers = client.create_topics(dict(wanted), raise_errors=False)["topics"]
    errors = {
        each["name"]: for_code(each["error_code"])(f"{each['name']}: {each['error_message']}") for each in answers
    }
    return {name: error for name, error in errors.items() if not isinstance(error, NoError | TopicAlreadyExistsError)}


def _alter(client: KafkaAdminClient, name: str, topic: Topic) -> bool:
    """Whether it had other settings. Records that lie there already stay as they are."""
    wrong = wrong_settings(read_configuration(client, name), topic)
    if wrong:
        client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, wrong)])
    return bool(wrong)


def _refuse_other_partitions(name: str, there: Mapping[str, int], partitions: int | None) -> None:
    has = there.get(name)
    if partitions is not None and has not in {None, partitions}:
        raise PreconditionFailed(f"{name} has {has} partitions; they are chosen once")


def _refuse_second_history(client: KafkaAdminClient, settings: Settings, there: dict[str, int]) -> None:
    names = [topic_name(settings.prefix, topic) for topic in ALL_TOPICS]
    signs = [f"{name} holds records" for name in names if name in there and _holds_any(settings, name, there[name])]
    if any(name in there for name in names) and committed_offsets(client, group_name(settings)):
        signs.append(f"the group {group_name(settings)} has committed offsets")
    if signs:
        raise PreconditionFailed(
            f"{topic_name(settings.prefix, JOURNAL)} is gone, and a board has worked here: {', '.join(signs)}. An "
            "empty journal would begin a second history under alert ids that are known. Bring it back, or begin under "
            "another HARMWATCH_PREFIX; where there never was one, `harmwatch topics create --new-board` says so"
        )


def _holds_any(settings: Settings, name: str, partitions: int) -> bool:
    reader = PartitionReader(settings.brokers, name, 0)
    try:
        return any(reader.ends(partitions).values())
    finally:
        reader.close()
