"""The reference of the topics, from their table."""

from handbook.markdown import page, table
from models.topics import ALL_TOPICS, KIB, MIB, Topic

_INTRODUCTION = """\
`harmwatch topics create` creates what is missing, `harmwatch topics check` says what is wrong. Names take the prefix of
`HARMWATCH_PREFIX`. What lies in the records: [schemas](schemas.md)."""


def topics_page() -> str:
    """Every topic, and the settings with which Kafka must keep it."""
    rows = [_row(topic) for topic in ALL_TOPICS]
    head = ["topic", "key", "partitions", "kept", "largest message", "why it is there"]
    settings = [[f"`{topic.name}`", _settings(topic)] for topic in ALL_TOPICS]
    return page(
        "Topics",
        _INTRODUCTION,
        table(head, rows),
        "## Settings in Kafka\n\nIf you create topics by other means, set these.",
        table(["topic", "settings"], settings),
    )


def _row(topic: Topic) -> list[str]:
    partitions = "chosen with `--partitions`" if topic.partitions is None else str(topic.partitions)
    kept = "for ever" if topic.kept_for_ever else "as the cluster says"
    return [f"`{topic.name}`", topic.key, partitions, kept, _size(topic.max_message_bytes), topic.why]


def _size(size: int) -> str:
    return f"{size // MIB} MiB" if size % MIB == 0 else f"{size // KIB} KiB"


def _settings(topic: Topic) -> str:
    return ", ".join(f"`{name}={value}`" for name, value in topic.configuration().items())
