"""What is looked at: an installation, with connections that are opened once and by whoever needs them first."""

from collections.abc import Callable, Mapping
from functools import cached_property
from threading import RLock

from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from broker.clients import admin, kafka_errors
from cli.service.status_document import LookDocument
from cli.service.status_look import Look
from models.errors import NotAllowed
from models.policy import Policy
from policies.policy_file import load_policy
from runtime.installation import Installation, open_store
from runtime.settings import Settings
from runtime.topic_identity import TopicIdentity, find_place
from state.server import Server, look_at_server
from state.store import Store


class Patient:
    """Everything is read, nothing written. Each property raises what keeps it from being had."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._lock = RLock()
        self._open: list[Callable[[], None]] = []

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

    def close(self) -> None:
        """Ends the connections."""
        with self._lock:
            closing, self._open = self._open, []
        for close in closing:
            close()

    def _keep(self, close: Callable[[], None]) -> None:
        with self._lock:
            self._open.append(close)
