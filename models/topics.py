"""The table of topics: the one place that knows their names and what they promise."""

from dataclasses import dataclass

KIB = 1024
MIB = 1024 * KIB

LATEST_TIMESTAMP = "message.timestamp.after.max.ms"
"""How far a record's timestamp may lie behind the broker's clock; brokers know it from 3.6 on."""

_HOUR_MILLISECONDS = 3_600_000


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic as it must be created; sizes in bytes. `partitions` None: the operator chooses.

    What others send to the `is_input` one the broker bounds, for every client: how far in the future a record may be by
    its own clock, and how large a batch is after decompression, which an uncompressed topic makes it do.
    """

    name: str
    key: str
    partitions: int | None
    kept_for_ever: bool
    max_message_bytes: int
    compression: str
    why: str
    is_input: bool = False
    is_stamped: bool = False
    """whether the broker dates the records: their order and their times come from one clock"""

    def configuration(self) -> dict[str, str]:
        """The topic's settings in Kafka's words."""
        settings = {
            "cleanup.policy": "delete",
            "max.message.bytes": str(self.max_message_bytes),
            "compression.type": self.compression,
        }
        # A board is rebuilt from the first record on, so nothing may ever expire (decision 0001).
        if self.kept_for_ever:
            settings |= {"retention.ms": "-1", "retention.bytes": "-1"}
        if self.is_input:
            settings |= {"message.timestamp.type": "CreateTime", LATEST_TIMESTAMP: str(_HOUR_MILLISECONDS)}
        if self.is_stamped:
            settings["message.timestamp.type"] = "LogAppendTime"
        return settings


OFFENCES = Topic(
    "offences.v1",
    "offender_id",
    None,
    True,
    MIB,
    "uncompressed",
    "the only truth: everything else can be recomputed",
    is_input=True,
)
ALERTS = Topic("alerts.v1", "offender_id", 1, True, MIB, "producer", "one partition: alerts have one order")
JOURNAL = Topic("journal.v1", "board", 1, True, 8 * MIB, "producer", "the interleaving of all partitions, hash-chained")
DEAD_LETTERS = Topic(
    "dead-letters.v1",
    "as on offences.v1",
    1,
    True,
    2 * MIB,
    "producer",
    "refused records with their original bytes; larger than offences.v1 allows, for the headers",
)
CHECKPOINTS = Topic(
    "checkpoints.v1",
    "board",
    1,
    True,
    MIB,
    "producer",
    "what the journal and the alerts were at some moment, signed",
)
REDRIVES = Topic(
    "redrives.v1",
    "as on dead-letters.v1",
    1,
    True,
    MIB,
    "producer",
    "which dead letters were sent again, by whom, when and why; it keeps each from going twice",
)
ERASURES = Topic(
    "erasures.v1",
    "board",
    1,
    True,
    MIB,
    "producer",
    "which keys of sealed records were destroyed, when and why, signed; nothing in it tells whose they were",
)

DELIVERIES = Topic(
    "deliveries.v1",
    "subscription",
    1,
    True,
    MIB,
    "producer",
    "to whom which alert was sent, and what they answered: each intent before the first byte, each receipt after",
)
DELIVERY_ORDERS = Topic(
    "delivery-orders.v1",
    "subscription",
    1,
    True,
    MIB,
    "producer",
    "what people ordered of it: terms, and what is closed, resumed or set aside; apart, so that nobody writes receipts",
)

OFFICER_ACTIONS = Topic(
    "officer-actions.v1",
    "board",
    1,
    True,
    MIB,
    "producer",
    "what officers did with each stay, and the rules of the desk; the broker dates it",
    is_stamped=True,
)

ACCESS_LOG = Topic(
    "access-log.v1",
    "board",
    1,
    True,
    MIB,
    "producer",
    "who was shown names at the console, each look before its first byte; it names no one on the list",
)

TOPICS = (OFFENCES, ALERTS, JOURNAL, DEAD_LETTERS, CHECKPOINTS, REDRIVES, ERASURES)
"""Those of a board: a worker asks for all of them."""

DELIVERY_TOPICS = (DELIVERIES, DELIVERY_ORDERS)
"""What `harmwatch deliver` needs besides; a board without it is whole."""

DESK_TOPICS = (OFFICER_ACTIONS,)
"""What the duty desk needs besides; a board without it is whole."""

CONSOLE_TOPICS = (ACCESS_LOG,)
"""What `harmwatch console` needs besides."""

ALL_TOPICS = TOPICS + DELIVERY_TOPICS + DESK_TOPICS + CONSOLE_TOPICS


def topic_name(prefix: str, topic: Topic) -> str:
    """The name of a topic under the prefix of an installation."""
    return prefix + topic.name
