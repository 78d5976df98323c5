"""What is looked at: an installation, with connections that are opened once, by the first check that needs them."""

import time
from collections.abc import Callable, Mapping
from functools import cached_property
from statistics import median
from threading import RLock
from typing import Any

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.errors import GroupIdNotFoundError, KafkaError, TransactionalIdNotFoundError

from broker.clients import admin, kafka_errors
from broker.controller_clock import controller_ahead_seconds
from broker.newest_record import newest_sent_at
from cli.doctor.memory import memory_limit
from delivery.ledger import Ledger
from delivery.orders import Orders
from models.errors import NotAllowed
from models.policy import Policy
from models.topics import OFFICER_ACTIONS, topic_name
from policies.policy_file import load_policy
from runtime.installation import Installation, group_name, open_store
from runtime.settings import Settings
from runtime.topic_identity import TopicIdentity, find_place
from runtime.worker_rights import lacking_worker_rights
from sight.look import Look
from sight.look_document import LookDocument
from state.server import Server, look_at_server
from state.store import Store

NO_GROUP_RIGHT = "[Error 30]"
"""How a described group says that this user may not look at it."""

_COORDINATOR_SECONDS, _POLL_SECONDS = 5.0, 0.2
_QUESTIONS = 3
"""All checks have nine seconds together, and slow brokers are to be named within them."""


class Patient:
    """Everything is read, nothing written. Each property raises what keeps it from being had."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = RLock()
        self._open: list[Callable[[], None]] = []
        self.deliveries: tuple[Orders, Ledger] | None = None
        """What was read of them; the first check that needs it does"""

    @cached_property
    def policy(self) -> Policy:
        """The policy that the settings name."""
        return load_policy(self.settings.policy)

    @cached_property
    def place(self) -> TopicIdentity:
        """Where offences.v1 lies."""
        return find_place(self.settings)

    @cached_property
    def installation(self) -> Installation:
        """With policy and place."""
        return Installation(self.settings, self.policy, self.place)

    @cached_property
    def brokers(self) -> KafkaAdminClient:
        """A client for questions to the brokers."""
        client = admin(self.settings.brokers)
        self._keep(client.close)
        return client

    @cached_property
    def advertised(self) -> list[tuple[str, int]]:
        """Where the brokers tell clients to go."""
        with kafka_errors(self.settings.brokers):
            found = self.brokers.describe_cluster()["brokers"]
        return [(str(each["host"]), int(each["port"])) for each in found]

    @cached_property
    def described(self) -> list[Mapping[str, Any]]:  # Any: the client's
        """Every topic that this user may see."""
        with kafka_errors(self.settings.brokers):
            return list(self.brokers.describe_topics())

    @cached_property
    def broker_versions(self) -> list[tuple[int, ...]]:
        """Of each broker, the newest version whose words it knows."""
        with kafka_errors(self.settings.brokers):
            nodes = [each["broker_id"] for each in self.brokers.describe_cluster()["brokers"]]
            return [self.brokers.get_broker_version_data(node).broker_version[:2] for node in nodes]

    @cached_property
    def kafka_seconds(self) -> float:
        """How long a broker takes for an answer: the median of a few."""
        taken = []
        with kafka_errors(self.settings.brokers):
            for _ in range(_QUESTIONS):
                begun = time.perf_counter()
                self.brokers.describe_cluster()
                taken.append(time.perf_counter() - begun)
        return median(taken)

    @cached_property
    def broker_settings(self) -> Mapping[str, str]:
        """Of any one broker. Raises NotAllowed where this user may not ask."""
        with kafka_errors(self.settings.brokers):
            node = str(self.brokers.describe_cluster()["brokers"][0]["broker_id"])
            resource = ConfigResource(ConfigResourceType.BROKER, node)
            found = self.brokers.describe_configs([resource], config_filter="all")["broker"][node]
        if not found:
            raise NotAllowed("the brokers do not tell this user their settings")
        return {key: str(item["value"]) for key, item in found.items()}

    @cached_property
    def controller_ahead(self) -> float | None:
        """By how many seconds the brokers' controller is ahead. Raises NotAllowed where this user may not ask."""
        with kafka_errors(self.settings.brokers):
            return controller_ahead_seconds(self.brokers)

    @cached_property
    def dated_ahead(self) -> float | None:
        """By how many seconds the newest record that a broker has dated by its own clock is ahead; None: none is."""
        name = topic_name(self.settings.prefix, OFFICER_ACTIONS)
        if not any(item["name"] == name for item in self.described):
            return None
        dated_at = newest_sent_at(self.settings.brokers, name)
        return None if dated_at is None else dated_at - time.time()

    @cached_property
    def lacking_rights(self) -> list[str]:
        """What this user may not do with topics, and a worker must."""
        return lacking_worker_rights(self.settings)

    @cached_property
    def store(self) -> Store:
        """A store that only reads."""
        store = open_store(self.settings)
        self._keep(store.close)
        return store

    @cached_property
    def server(self) -> Server:
        """What is behind the store."""
        return look_at_server(self.store.client)

    @cached_property
    def status(self) -> LookDocument:
        """One look at the board."""
        look = Look(self.settings)
        try:
            return look.document()
        finally:
            look.close()

    @cached_property
    def member_names(self) -> list[str]:
        """By which the brokers know the workers of the group."""
        group = group_name(self.settings)
        with kafka_errors(self.settings.brokers):
            found = self.brokers.describe_groups([group])[group]
        return [str(each["client_id"]) for each in found["members"] or ()]

    def members_of(self, group: str) -> int:
        """How many take part in a group; 0 where it never was. Raises NotAllowed, Unavailable."""
        found = self.asked(lambda: self.brokers.describe_groups([group])[group])
        if str(found["error"] or "").startswith(NO_GROUP_RIGHT):
            raise NotAllowed(f"this user may not look at the consumer group {group}")
        return len(found.get("members") or ())

    def asked(self, ask: Callable[[], Any]) -> Any:  # Any: the client's
        """What a coordinator answers; of the first group of a cluster, its topic is still being made."""
        until = time.monotonic() + _COORDINATOR_SECONDS
        with kafka_errors(self.settings.brokers):
            while True:
                try:
                    return ask()
                except (GroupIdNotFoundError, TransactionalIdNotFoundError):  # nobody has worked yet, and one may ask
                    return {"error": None}
                except KafkaError as error:
                    if not error.retriable or time.monotonic() >= until:
                        raise
                    time.sleep(_POLL_SECONDS)

    @cached_property
    def memory_limit(self) -> int | None:
        """Of a process here, in bytes."""
        return memory_limit()

    def close(self) -> None:
        """Ends the connections."""
        with self._lock:
            closing, self._open = self._open, []
        for close in closing:
            close()

    def _keep(self, close: Callable[[], None]) -> None:
        with self._lock:
            self._open.append(close)
