"""How the brokers see this worker: whether its group knows it, how much there is to read, which topic it is."""

import asyncio
import time
from collections.abc import Callable, Mapping
from typing import TypeVar

import faust
from kafka import IsolationLevel, KafkaAdminClient, OffsetSpec, TopicPartition

from broker.admin_connection import AdminConnection
from broker.commit_notes import read_topic_id
from broker.members import Group, find_group
from broker.open_transactions import OpenTransaction, find_open_transactions
from models.errors import Deaf, NotAllowed, PreconditionFailed, Unavailable
from models.topics import JOURNAL
from runtime.installation import Installation
from runtime.topic_identity import look_at_place, topic_recreated
from streams.limits import Limits
from streams.transport.consumer_thread import RunConsumerThread
from streams.waits import Wait, WaitReason, Waits
from streams.watchdog.count import Count
from streams.watchdog.open_transaction_waits import OpenTransactionWaits

_Answer = TypeVar("_Answer")


class BrokerCheck:
    """Asks through one client that is kept; each question that is answered badly is asked again at the next look.

    Who is not answered waits for Kafka, by name.
    """

    def __init__(
        self, installation: Installation, app: faust.App, waits: Waits, limits: Limits, journal_id: Callable[[], str]
    ) -> None:
        """`journal_id`: of the topic to which this worker publishes; empty while it publishes nothing."""
        self._installation = installation
        self._journal_id = journal_id
        self._app = app
        self._waits = waits
        self._limits = limits
        self._open_transactions = OpenTransactionWaits(waits)
        self._admin = AdminConnection(installation.settings.brokers)
        self._unknown = Count(limits.looks)
        self._wait: Wait | None = None
        self._unanswered = False
        self._ends: Mapping[int, int] = {}
        self._ends_read_at = 0.0

    @property
    def _client(self) -> RunConsumerThread:
        client: RunConsumerThread = self._app.consumer.client
        return client

    @property
    def ends(self) -> Mapping[int, int]:
        """The last stable offsets, as the leaders answered a moment ago; none where they take longer to answer."""
        a_moment = 4 * self._limits.looks_to_a_question * self._limits.look_seconds
        return self._ends if time.monotonic() - self._ends_read_at < a_moment else {}

    async def ask(self) -> None:
        """Never returns; raises Deaf when the group has forgotten this worker, PreconditionFailed on another topic."""
        try:
            while True:
                looks = 1 if self._unknown.runs else self._limits.looks_to_a_question
                await asyncio.sleep(looks * self._limits.look_seconds)
                self._unanswered = False
                await self._question(self._look_at_the_topic)
                await self._question(self._look_at_the_journal)
                await self._ask_the_group()
                await self._ask_the_leaders()
                self._end_wait()
        finally:
            await asyncio.to_thread(self._admin.close)

    async def _ask_the_group(self) -> None:
        group = await self._question(self._find_group)
        reason = None if group is None or self._waits.stand(WaitReason.RIGHT) else self._not_as_we_do(group)
        if self._unknown.look(reason):
            raise Deaf(f"{reason}: this worker would never hear of a record again")

    async def _ask_the_leaders(self) -> None:
        assigned = sorted(self._client.positions())
        self._ends = (await self._question(lambda client: self._find_ends(client, assigned))) or {}
        self._ends_read_at = time.monotonic()
        self._open_transactions.look(await self._question(lambda client: self._find_open(client, assigned)))

    async def _question(self, ask: Callable[[KafkaAdminClient], _Answer]) -> _Answer | None:
        if self._unanswered:
            return None  # each would wait for as long again; the next round is soon
        try:
            return await asyncio.to_thread(self._put, ask)
        except Unavailable as error:
            what = WaitReason.RIGHT if isinstance(error, NotAllowed) else WaitReason.KAFKA
            self._unanswered = True
            self._wait = self._wait or self._waits.begin(what)
            self._waits.change(self._wait, what, str(error))
            return None

    def _end_wait(self) -> None:
        """Once all was answered, and not as soon as something was: one broker of several may be away."""
        if self._wait is not None and not self._unanswered:
            self._waits.end(self._wait)
            self._wait = None

    def _put(self, ask: Callable[[KafkaAdminClient], _Answer]) -> _Answer:
        with self._admin.client() as client:
            return ask(client)

    def _find_group(self, client: KafkaAdminClient) -> Group:
        return find_group(client, self._installation.group, self._installation.place.topic)

    def _not_as_we_do(self, group: Group) -> str | None:
        """In what the coordinator sees this worker otherwise than it does itself; while others join, nobody knows."""
        member = self._client.member
        if member.id not in group.members:
            return f"the group {self._installation.group} does not list this worker ({member.id or 'no member'})"
        ours = frozenset(self._client.positions())
        theirs = group.members[member.id]
        if group.is_settled and ours != theirs:
            return f"the group gave this worker the partitions {sorted(theirs)}, and it knows of {sorted(ours)}"
        return None

    def _find_open(self, client: KafkaAdminClient, assigned: list[int]) -> list[OpenTransaction]:
        return find_open_transactions(client, self._places(assigned)) if assigned else []

    def _places(self, partitions: list[int]) -> list[TopicPartition]:
        return [TopicPartition(self._installation.place.topic, partition) for partition in partitions]

    def _find_ends(self, client: KafkaAdminClient, assigned: list[int]) -> dict[int, int]:
        places = self._places(assigned)
        if not places:
            return {}
        found = client.list_partition_offsets(dict.fromkeys(places, OffsetSpec.LATEST), IsolationLevel.READ_COMMITTED)
        return {place.partition: at.offset for place, at in found.items()}

    def _look_at_the_topic(self, client: KafkaAdminClient) -> None:
        look_at_place(client, self._installation.settings, self._installation.place)

    def _look_at_the_journal(self, client: KafkaAdminClient) -> None:
        """The relay would go on in an empty one, and nothing of it could be proved."""
        name, ours = self._installation.topic(JOURNAL), self._journal_id()
        if ours and (now := read_topic_id(client, name)) != ours:
            raise PreconditionFailed(topic_recreated(name, f"topic_id {now}, it was {ours}"))
