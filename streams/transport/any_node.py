"""What every node can answer, the next one is asked where one is silent: a broker that stands still holds nobody up.

aiokafka asks one of its nodes at random, and waits for as long as any request may take; while it connects to one, it
connects to no other.
"""

import asyncio
import random
import time
from contextlib import nullcontext, suppress
from typing import Any

from aiokafka.client import AIOKafkaClient, ConnectionGroup, CoordinationType
from aiokafka.cluster import ClusterMetadata
from aiokafka.errors import KafkaConnectionError, KafkaError, NodeNotReadyError, NoError, for_code
from aiokafka.protocol.coordination import FindCoordinatorRequest
from aiokafka.protocol.metadata import MetadataRequest

PATIENCE_SECONDS = 2.0
"""With a node while there are others: it answers these questions from memory."""

SILENT_SECONDS = 10.0
"""So long it is asked after all the others."""

_BOOTSTRAP = "bootstrap"

Node = int | str


class AnyNode:
    """Of one client, in its loop: from here on it looks for topics and coordinators in this way."""

    def __init__(self, client: AIOKafkaClient) -> None:
        self.client = client
        self._silent_until: dict[Node, float] = {}
        self._connecting: dict[tuple[Node, ConnectionGroup], asyncio.Task[Any]] = {}
        self._connect, self._bootstrap, self._close = client._get_conn, client.bootstrap, client.close
        client._get_conn_lock_value = nullcontext()  # it would be one for all nodes
        client._get_conn, client.bootstrap, client.close = self._connection, self._begin, self._end
        client._metadata_update, client.coordinator_lookup = self._refresh, self._find_coordinator
        client.get_random_node = self._one

    async def ask(self, request: object) -> Any:  # Any: an answer of aiokafka's, and untyped
        """The first answer. Raises what the last of the nodes was asked in vain for."""
        nodes = self._nodes()
        for others, node in enumerate(nodes, 1 - len(nodes)):
            try:
                async with asyncio.timeout(PATIENCE_SECONDS if others else None):
                    return await self.client.send(node, request)
            except (TimeoutError, KafkaError):
                self._silent_until[node] = time.monotonic() + SILENT_SECONDS
                if not others:
                    raise
        raise NodeNotReadyError("no broker is known")

    def _nodes(self) -> list[Node]:
        """In any order, those that were silent a moment ago behind the others."""
        nodes: list[Node] = [broker.nodeId for broker in self.client.cluster.brokers()]
        if (_BOOTSTRAP, ConnectionGroup.DEFAULT) in self.client._conns:
            nodes.append(_BOOTSTRAP)
        random.shuffle(nodes)
        now = time.monotonic()
        return sorted(nodes, key=lambda node: self._silent_until.get(node, now) > now)

    def _one(self) -> Node | None:
        return next((node for node in self._nodes() if node != _BOOTSTRAP), None)

    async def _refresh(self, cluster: ClusterMetadata, topics: set[str]) -> bool:
        """As the client's own, whose places stand in `cluster`; whether they were."""
        try:
            metadata = await self.ask(MetadataRequest(list(topics) if topics else None))
        except (TimeoutError, KafkaError):
            cluster.failed_update(None)
            return False
        if not metadata.brokers:  # the topic may still be in the making
            return False
        cluster.update_metadata(metadata)
        begun_by = self.client._conns.pop((_BOOTSTRAP, ConnectionGroup.DEFAULT), None)
        if begun_by is not None:
            begun_by.close()
        return True

    async def _find_coordinator(self, kind: CoordinationType, key: str) -> Node:
        found = await self.ask(FindCoordinatorRequest(key, kind))
        error = for_code(found.error_code)
        if error is not NoError:
            raise error
        node: Node = found.coordinator_id
        return node

    async def _connection(
        self, node: Node, *, group: ConnectionGroup = ConnectionGroup.DEFAULT, no_hint: bool = False
    ) -> Any:
        """The one that is there, or what becomes of the one try that is under way; None where it has failed."""
        there = self.client._conns.get((node, group))
        if there is not None and there.connected():
            return there
        connecting = self._connecting.get((node, group))
        if connecting is None:
            connecting = asyncio.ensure_future(self._connect(node, group=group, no_hint=no_hint))
            self._connecting[node, group] = connecting
            connecting.add_done_callback(lambda _: self._connecting.pop((node, group), None))
        return await asyncio.shield(connecting)

    async def _begin(self) -> None:
        """Of several addresses the first may be that of a broker which stands still."""
        usual = self.client._request_timeout_ms
        if len(self.client.hosts) > 1:
            self.client._request_timeout_ms = min(usual, PATIENCE_SECONDS * 1_000)
            try:
                with suppress(KafkaConnectionError):
                    await self._bootstrap()
                    return
            finally:
                self.client._request_timeout_ms = usual
        await self._bootstrap()

    async def _end(self) -> None:
        for connecting in list(self._connecting.values()):
            connecting.cancel()
        await self._close()
