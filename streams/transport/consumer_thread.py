"""Kafka's client in its thread: what it fetches becomes batches, and what was applied of them is committed."""

import asyncio
import logging
from collections.abc import Coroutine, Mapping, Sequence
from typing import Any

import aiokafka
from aiokafka.consumer.subscription_state import TopicPartitionState
from aiokafka.errors import ConsumerStoppedError, KafkaError, NoOffsetForPartitionError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from models.record import Offset, Record
from runtime.crash_points import Point, reach
from runtime.events import Event
from streams.rate_limited_log import RateLimitedLog
from streams.transport.batch import Batch
from streams.transport.client import Member, ask_again, make_client, member_of
from streams.transport.linger import FetchLinger
from streams.transport.rights import LACKING_RIGHTS

_POLL_SECONDS = 0.5
log = logging.getLogger(__name__)


class RunConsumerThread(driver.AIOKafkaConsumerThread):
    """The thread that fetches; it alone knows from where the next run of a partition starts."""

    epoch = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._starts: dict[TP, tuple[TopicPartitionState, Offset]] = {}
        self._linger = FetchLinger()
        self._noted: dict[TP, str | None] = {}
        self._uncommitted = RateLimitedLog(log, Event.NOT_COMMITTED, logging.INFO)
        self._unanswered = RateLimitedLog(log, Event.NOT_COMMITTED, logging.INFO)

    def _create_worker_consumer(self, transport: driver.Transport) -> aiokafka.AIOKafkaConsumer:
        return make_client(self.app.conf, transport.brokers, transport.place, transport.limits)

    async def _fetch_records(self, *arguments: Any, **options: Any) -> dict[TP, Batch]:
        await self._linger.linger(self._ensure_consumer())
        try:
            fetched = await super()._fetch_records(*arguments, **options)
        except NoOffsetForPartitionError:
            return {}  # assigned a moment ago: the seek from the ledger is under way
        except LACKING_RIGHTS as error:
            while not self.transport.rights.is_time_again(error):
                await asyncio.sleep(_POLL_SECONDS)
            return {}
        self.transport.rights.are_given()
        if fetched:
            reach(Point.FETCHED)
            self._linger.begin(self._ensure_consumer(), sum(map(len, fetched.values())))
        # No await from here on: no seek can come between the records and the places they are given.
        try:
            return {tp: batch for tp in list(self._starts) if (batch := self._batch(tp, fetched)) is not None}
        except ConsumerStoppedError:
            return {}

    def _batch(self, tp: TP, fetched: Mapping[TopicPartition, Sequence[Record]]) -> Batch | None:
        state, (sought, start) = self._state(tp), self._starts[tp]
        if state is None or state is not sought or not state.has_valid_position or state.position == start:
            return None
        self._starts[tp] = state, (end := state.position)
        return Batch(self.epoch, tp.partition, start, end, fetched.get(TopicPartition(tp.topic, tp.partition), ()))

    async def seek_to(self, offsets: Mapping[TP, Offset]) -> None:
        """Goes on from these offsets; whatever was fetched before belongs to an older epoch."""
        await self.call_thread(self._seek_to, offsets)

    async def _seek_to(self, offsets: Mapping[TP, Offset]) -> None:
        self.epoch += 1
        self._starts = {}
        self._noted = {}
        for tp, offset in offsets.items():
            state = self._state(tp)
            if state is not None:  # else a rebalance has taken it away, and its own seek follows
                self._ensure_consumer().seek(TopicPartition(tp.topic, tp.partition), offset)
                self._starts[tp] = state, offset

    @property
    def is_dead(self) -> bool:
        """Whether nothing will be fetched any more, because the thread or the client's fetching in it has ended."""
        thread, fetcher = self._thread, getattr(self._consumer, "_fetcher", None)
        return (thread is not None and not thread.is_alive()) or (fetcher is not None and fetcher._fetch_task.done())

    @property
    def member(self) -> Member:
        """As what the group knows this worker."""
        return member_of(self._consumer)

    def ask_again(self) -> None:
        """The group is asked again for what it has refused; the client waits until somebody has heard of that."""
        self.thread_loop.call_soon_threadsafe(ask_again, self._ensure_consumer())

    @property
    def refusal(self) -> KafkaError | None:
        """Why the group does not take this worker: the client keeps it for a poll, and Faust does not poll yet."""
        error: KafkaError | None = getattr(getattr(self._consumer, "_coordinator", None), "_pending_exception", None)
        return error

    def _state(self, tp: TP) -> TopicPartitionState | None:
        """A partition's place in the present assignment; another one after every rebalance."""
        subscription = self._ensure_consumer()._subscription.subscription
        assignment = None if subscription is None else subscription.assignment
        return None if assignment is None else assignment.state_value(TopicPartition(tp.topic, tp.partition))

    def positions(self) -> dict[int, Offset | None]:
        """Where each assigned partition is read next; None: nobody has sought it yet. Before the start none is."""
        states = {tp.partition: self._state(tp) for tp in self.assignment()} if self._consumer is not None else {}
        return {
            partition: state.position if state is not None and state.has_valid_position else None
            for partition, state in states.items()
        }

    async def prove_membership(self, tp: TP) -> bool:
        """Whether the group's coordinator still takes this worker for a member that owns `tp`."""
        return bool(await self._beside_the_queue(self._prove_membership(tp)))

    async def commit(self, offsets: Mapping[TP, Offset]) -> bool:
        """Tells Kafka how far each partition was applied."""
        return bool(await self._beside_the_queue(self._commit(offsets)))

    async def _beside_the_queue(self, work: Coroutine[Any, Any, bool]) -> bool:
        """In the client's loop. Faust's queue of calls has two workers: what waits for a coordinator must hold none."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.thread_loop))

    async def _prove_membership(self, tp: TP) -> bool:
        """Commits again what is committed: the coordinator refuses that to a member it has given up.

        It takes a commit to an empty group from a client that is no member: that proves nothing.
        """
        member = self.member
        if tp not in self.assignment() or not member.is_known:
            return False
        try:
            committed = await self._ensure_consumer().committed(TopicPartition(tp.topic, tp.partition))
        except KafkaError as error:
            self._unanswered.say(f"the coordinator does not answer: {error!r}")
            return False
        return await self._commit({tp: Offset(committed or 0)}) and self.member == member

    async def _commit(self, offsets: Mapping[TP, Offset]) -> bool:
        assigned, is_owed = self.assignment(), True
        try:
            owned = {
                TopicPartition(tp.topic, tp.partition): OffsetAndMetadata(at, await self._note(tp))
                for tp, at in offsets.items()
                if tp in assigned
            }
            if owned:
                await self._ensure_consumer().commit(owned)
            is_owed = False
        except KafkaError as error:
            self._uncommitted.say(f"offsets not committed: {error!r}")
            return False
        finally:  # also where it is cancelled, and nobody knows what has become of it
            if is_owed:
                self.app.transport.commit_notes.owe()
        return bool(owned)

    async def _note(self, tp: TP) -> str:
        """What goes with a commit; what stood there before is asked for once in an assignment."""
        if tp not in self._noted:
            place = TopicPartition(tp.topic, tp.partition)
            found = await self._ensure_consumer()._coordinator.fetch_committed_offsets([place])
            self._noted[tp] = found[place].metadata if place in found else None
        noted: str = self.app.transport.commit_notes.beside(tp.partition, self._noted[tp])
        self._noted[tp] = noted
        return noted
