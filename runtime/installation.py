"""One installation: the board, its policy, the cluster it reads and the store that remembers."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field

from broker.clients import FETCH_BYTES, GLANCE_BYTES, PartitionReader
from models.canonical import canonical_json
from models.instants import DAY, SECOND, format_instant
from models.policy import Policy
from models.topics import ALERTS, DEAD_LETTERS, JOURNAL, Topic, topic_name
from runtime.metrics.instruments import NO_INSTRUMENTS, Instruments
from runtime.settings import Sealing, Settings
from runtime.topic_identity import TopicIdentity
from sealing.signatures import load_public_key
from state.asked import Asked, nobody_asks
from state.board_settings import BoardSettings
from state.clocks import CallerClock
from state.keys import Keys
from state.store import Store

_SEAL_NOT_SAID = (
    f"{Sealing.OFF}, or by an earlier build that did not say whether it seals: a sealed board of such a one has to be "
    "begun again"
)


def _nobody_listens() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Installation:
    """Everything that the parts of a worker share; opens what they ask for."""

    settings: Settings
    policy: Policy
    place: TopicIdentity
    goes_on: Callable[[], None] = field(default=_nobody_listens, compare=False)
    """Hears of each record that one of its readers gives: a wait for the reader sees that it goes on."""
    instruments: Instruments = field(default=NO_INSTRUMENTS, compare=False)
    """Hears of the work that its parts do."""

    def topic(self, topic: Topic) -> str:
        """The name of a topic of this installation."""
        return topic_name(self.settings.prefix, topic)

    @property
    def group(self) -> str:
        """The consumer group of its workers."""
        return group_name(self.settings)

    @property
    def relay_id(self) -> str:
        """The transactional id under which one relay fences the one before: also that of another board's name.

        One prefix has one board, and two that begin at once must not both be founded.
        """
        return f"{self.settings.prefix}harmwatch-relay"

    @property
    def published(self) -> tuple[str, ...]:
        """The names of the topics to which the relay publishes, together in transactions."""
        return tuple(self.topic(topic) for topic in (JOURNAL, ALERTS, DEAD_LETTERS))

    @property
    def public_key(self) -> str | None:
        """Whose signatures count, in hex; None: the settings name no key. Raises WrongUse, Unproved."""
        return named_public_key(self.settings)

    def open_store(self) -> Store:
        """A store with a connection of its own. Raises Unavailable."""
        store = open_store(self.settings, self.policy, self.instruments.asked)
        self.instruments.store_opened()
        return store

    def reader(self, topic: Topic, partition: int = 0, fetch_bytes: int = FETCH_BYTES) -> PartitionReader:
        """A reader at the beginning of a partition. Raises Unavailable."""
        return PartitionReader(self.settings.brokers, self.topic(topic), partition, fetch_bytes, self.goes_on)

    def small_reader(self, topic: Topic, partition: int = 0) -> PartitionReader:
        """The same for who looks at single records here and there."""
        return self.reader(topic, partition, GLANCE_BYTES)

    def founding(self, ends: dict[int, int] | None) -> str:
        """The board's founding document: all that it is bound to for life, and its first policy as a whole."""
        after = self.settings.alerts_after_us
        document = {
            "board": self.settings.board,
            "cluster_id": self.place.cluster_id,
            "topic": self.place.topic,
            "topic_id": self.place.topic_id,
            "clock": self.settings.clock,
            "alerts_after": None if after is None else format_instant(after),
            "ends": None if ends is None else {str(partition): end for partition, end in ends.items()},
            "public_key": self.public_key,
            "policy_digest": self.policy.digest,
            "policy": self.policy.document(),
        }
        if self.settings.seal is Sealing.ON:
            document["seal"] = Sealing.ON
        return canonical_json(document).decode()

    def differences(self, founding: str) -> list[str]:
        """In what a founding document binds this installation otherwise; `ends` and the policy are the founder's."""
        theirs, ours = json.loads(founding), json.loads(self.founding(None))
        for document in (theirs, ours):
            document.setdefault("seal", Sealing.OFF)
        said = theirs | ({} if "seal" in json.loads(founding) else {"seal": _SEAL_NOT_SAID})
        return [
            f"{name} is {ours[name]}, the board was founded with {said[name]}"
            for name in ("board", "cluster_id", "topic", "topic_id", "clock", "alerts_after", "seal")
            if ours[name] != theirs[name]
        ]


def group_name(settings: Settings) -> str:
    """The consumer group of the workers of an installation."""
    return f"{settings.prefix}harmwatch-{settings.board}"


def named_public_key(settings: Settings) -> str | None:
    """The key of HARMWATCH_PUBLIC_KEY in hex; None: it names none. Raises WrongUse, Unproved."""
    return None if settings.public_key is None else load_public_key(settings.public_key)


def open_store(settings: Settings, policy: Policy | None = None, asked: Asked = nobody_asks) -> Store:
    """A store on this installation's board; without a policy it can only read. `asked` hears of each change."""
    bound = BoardSettings(policy.digest if policy else "", settings.clock, settings.alerts_after_us)
    clock = CallerClock(round(settings.clock_tolerance * SECOND), round(settings.longest_gap * DAY))
    return Store(settings.redis_access, Keys(settings.prefix, settings.board), bound, clock, asked=asked)
