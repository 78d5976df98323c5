"""Whether what was written lies on the topics that were there when the relay took office.

Who goes on in a topic that was recreated begins a second history. The question goes out behind what is written, on
the same connection: the broker answers in order, and knows of a new topic before it has a log for it. So an id that
it still knows then is that of the topic to which it has written, and to wait for both takes as long as for one.
"""

import asyncio
from collections.abc import Collection, Mapping
from typing import Any
from uuid import UUID

from aiokafka.protocol.produce import ProduceRequest

from models.errors import PreconditionFailed
from runtime.topic_identity import topic_recreated
from streams.transport.any_node import AnyNode
from streams.transport.topic_ids import find_topic_ids, known_topic_ids


class SameTopics:
    """Of one client that writes to `topics`, and to no others; in its loop."""

    def __init__(self, any_node: AnyNode, topics: Collection[str]) -> None:
        self._client = client = any_node.client
        self._any_node = any_node
        self._topics = topics
        self._ids: Mapping[str, UUID] = {}
        self._gone: dict[str, UUID] = {}
        self._send = client.send
        client.send = self._send_and_ask

    async def note(self) -> None:
        """From here on these are the topics. Raises the client's errors, also where one is missing."""
        self._ids = await find_topic_ids(self._any_node, self._topics)

    def refuse_others(self) -> None:
        """Raises PreconditionFailed where something was written to another topic of that name, or may have been."""
        for topic, topic_id in self._gone.items():
            raise PreconditionFailed(topic_recreated(topic, f"there is no topic_id {topic_id} any more"))

    async def _send_and_ask(self, node: int, request: object, **where: Any) -> Any:  # Any: aiokafka's, and untyped
        if not isinstance(request, ProduceRequest):
            return await self._send(node, request, **where)
        ids = {topic: self._ids[topic] for topic, _ in request._topics}
        written, known = await asyncio.gather(
            self._send(node, request, **where), known_topic_ids(self._client, node, ids.values())
        )
        self._gone |= {topic: topic_id for topic, topic_id in ids.items() if topic_id not in known}
        return written
