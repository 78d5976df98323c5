"""Faust's transport, run-wise: an agent's event is a whole run of records of one partition.

Faust's own path costs a task, sensors and look-ups per record; the consumer underneath is 35 times
faster. A worker's place in the log is the ledger's, never Kafka's committed offset, which is only a
hint for tools that show lag.
"""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import aiokafka
from aiokafka.consumer.subscription_state import TopicPartitionState
from aiokafka.errors import ConsumerStoppedError, KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError
from aiokafka.structs import OffsetAndMetadata, TopicPartition
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage, Message

from broker.security import Brokers
from models.record import Record
from runtime.crash_points import Point, reach
from runtime.events import Event
from runtime.topic_identity import TopicIdentity
from streams.limits import SHIPPED, Limits
from streams.rate_limited_log import RateLimitedLog
from streams.transport.client import Member, ask_again, make_client, member_of, records_gone
from streams.transport.linger import FetchLinger
from streams.transport.noting import Noting
from streams.transport.rights import LACKING_RIGHTS, Rights

RUNS_IN_HAND = 4
_POLL_SECONDS = 0.5
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one fetch gave of one partition: [start, end) of `epoch`, the time between two seeks."""

    epoch: int
    partition: int
    start: int
    end: int
    records: Sequence[Record]


class RunConsumerThread(driver.AIOKafkaConsumerThread):  # type: ignore[misc]  # Faust is untyped here
    """The thread that fetches; it alone knows from where the next run of a partition starts."""

    epoch = 0

    def __post_init__(self) -> None:
        super().__post_init__()
        self._starts: dict[TP, tuple[TopicPartitionState, int]] = {}
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

    async def seek_to(self, offsets: Mapping[TP, int]) -> None:
        """Goes on from these offsets; whatever was fetched before belongs to an older epoch."""
        await self.call_thread(self._seek_to, offsets)

    async def _seek_to(self, offsets: Mapping[TP, int]) -> None:
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
        """Why the group does not take this worker: the client keeps it for whoever polls, and Faust does not yet."""
        error: KafkaError | None = getattr(getattr(self._consumer, "_coordinator", None), "_pending_exception", None)
        return error

    def _state(self, tp: TP) -> TopicPartitionState | None:
        """A partition's place in the present assignment; another one after every rebalance."""
        subscription = self._ensure_consumer()._subscription.subscription
        assignment = None if subscription is None else subscription.assignment
        return None if assignment is None else assignment.state_value(TopicPartition(tp.topic, tp.partition))

    def positions(self) -> dict[int, int | None]:
        """Where each assigned partition is read next; None: nobody has sought it yet. Before the start none is."""
        states = {tp.partition: self._state(tp) for tp in self.assignment()} if self._consumer is not None else {}
        return {
            partition: state.position if state is not None and state.has_valid_position else None
            for partition, state in states.items()
        }

    async def prove_membership(self, tp: TP) -> bool:
        """Whether the group's coordinator still takes this worker for a member that owns `tp`."""
        return bool(await self._beside_the_queue(self._prove_membership(tp)))

    async def commit(self, offsets: Mapping[TP, int]) -> bool:
        """Tells Kafka how far each partition was applied."""
        return bool(await self._beside_the_queue(self._commit(offsets)))

    async def _beside_the_queue(self, work: Coroutine[Any, Any, bool]) -> bool:
        """In the client's loop. Faust's queue of calls has two workers: what waits for a coordinator must hold none."""
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, self.thread_loop))

    async def _prove_membership(self, tp: TP) -> bool:
        """Commits again what is committed: the coordinator refuses that to a member it has given up.

        Of whoever is no member at all it takes a commit to an empty group: such a one has proved nothing.
        """
        member = self.member
        if tp not in self.assignment() or not member.is_known:
            return False
        try:
            committed = await self._ensure_consumer().committed(TopicPartition(tp.topic, tp.partition))
        except KafkaError as error:
            self._unanswered.say(f"the coordinator does not answer: {error!r}")
            return False
        return await self._commit({tp: committed or 0}) and self.member == member

    async def _commit(self, offsets: Mapping[TP, int]) -> bool:
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
                self.app.transport.noting.owe()
        return bool(owned)

    async def _note(self, tp: TP) -> str:
        """What goes with a commit; what stood there before is asked for once in an assignment."""
        if tp not in self._noted:
            place = TopicPartition(tp.topic, tp.partition)
            found = await self._ensure_consumer()._coordinator.fetch_committed_offsets([place])
            self._noted[tp] = found[place].metadata if place in found else None
        noted: str = self.app.transport.noting.beside(tp.partition, self._noted[tp])
        self._noted[tp] = noted
        return noted


class RunConsumer(driver.Consumer):  # type: ignore[misc]
    """Delivers batches, remembers how far each partition was applied, seeks from the ledger."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._applied: dict[TP, int] = {}
        self._in_hand = 0
        self._room = asyncio.Event()
        self.parked: set[TP] = set()
        self.settled = 0
        """Batches that were done with so far, applied or given up."""

    def _new_consumer_thread(self) -> RunConsumerThread:
        return RunConsumerThread(self, loop=self.loop, beacon=self.beacon)

    @property
    def epoch(self) -> int:
        """The time between two seeks that is now."""
        return int(self._thread.epoch)

    async def seek_to_committed(self) -> Mapping[TP, int]:
        """Seeks every assigned partition from the ledger.

        A rebalance may come while the board is closed: then its own seek must not be undone by this one.
        """
        offsets: Mapping[TP, int] | None = None
        while offsets is None or set(offsets) != self.assignment():
            offsets = await self.transport.ledger_of(self.assignment())
        await self._thread.seek_to(offsets)
        # The store says anew which are parked. Not before the seek: their batches in hand would be awaited again.
        self.resume_partitions(self.parked & self.assignment())
        self.parked.clear()
        self._applied = {}
        self._in_hand = 0
        self._room.set()
        return offsets

    async def prove_membership(self, tp: TP) -> bool:
        """Whether this worker is still a member of its group and owns `tp`."""
        return bool(await self._thread.prove_membership(tp))

    def verify_event_path(self, now: float, tp: TP) -> None:
        """Faust's suspicion of a worker that waits stays silent: our watchdog judges, by what it knows (0013)."""

    @property
    def client(self) -> RunConsumerThread:
        """Kafka's client, in its thread: whoever judges whether this worker is deaf looks at it."""
        thread: RunConsumerThread = self._thread
        return thread

    @property
    def in_hand(self) -> int:
        """Batches that were fetched and are neither applied nor given up."""
        return self._in_hand

    @property
    def is_full(self) -> bool:
        """Whether nothing more is fetched before a batch is done with."""
        return self._in_hand >= RUNS_IN_HAND

    async def _drain_messages(self, fetcher: Any) -> None:
        try:
            await self._drain(fetcher)
        except OffsetOutOfRangeError as error:
            self.transport.failed(records_gone(error))
        except Exception as error:  # Faust would note it and go on, deaf
            self.transport.failed(error)
        except asyncio.CancelledError:
            if not fetcher.should_stop:  # who was told to stop has stopped; Faust would call that a crash
                raise

    async def _drain(self, fetcher: Any) -> None:
        stopped, fetcher_stopped = self._stopped.is_set, fetcher._stopped.is_set
        while not (stopped() or fetcher_stopped()):
            if self.is_full:
                await self._wait_for_room()
                continue
            batches, _ = await self._wait_next_records(1.0)
            for tp, batch in (batches or {}).items():
                self._in_hand += 1
                await self.wait_first(self.callback(self._message(tp, batch)), self.suspend_flow.wait())
            await self.sleep(0)

    async def _wait_for_room(self) -> None:
        """Faust's own brake would pause a full partition for a whole second; this one lasts as long as it must."""
        self._room.clear()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._room.wait(), _POLL_SECONDS)

    def done_with(self, batch: Batch) -> None:
        """A batch was applied or given up: there is room for another."""
        self.settled += 1
        if batch.epoch == self.epoch:
            self._in_hand -= 1
            self._room.set()

    def awaits(self, tp: TP, batch: Batch) -> bool:
        """Whether a batch is still to be applied: nobody has sought since, and its partition is not parked."""
        return batch.epoch == self.epoch and tp not in self.parked

    def park(self, tp: TP) -> None:
        """Fetches no more of a partition, and gives up its batches in hand, until the next seek."""
        self.parked.add(tp)
        self.pause_partitions({tp})

    def _message(self, tp: TP, batch: Batch) -> ConsumerMessage:
        return ConsumerMessage(
            topic=tp.topic, partition=tp.partition, offset=batch.end - 1, timestamp=0.0, timestamp_type=0,
            headers=[], key=None, value=batch, checksum=None, tp=tp,
            generation_id=self.app.consumer_generation_id,
        )  # fmt: skip

    def ack(self, message: Message) -> bool:
        """Notes that everything before the batch's end was applied."""
        message.acked = True
        self._unacked_messages.discard(message)
        if message.value.epoch == self.epoch:
            self._applied[message.tp] = message.value.end
        return True

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterator[TP]:  # noqa: ARG002  (Faust's)
        return iter([tp for tp in self._applied if tp in self.assignment()])

    def _new_offset(self, tp: TP) -> int | None:
        return self._applied.get(tp)


class RunTransport(driver.Transport):  # type: ignore[misc]
    """The transport to give a Faust app.

    `ledger_of` answers where each assigned partition goes on; `failed` hears why nothing is fetched any more; `place`
    is where the board's records lie.
    """

    Consumer = RunConsumer
    ledger_of: Callable[[set[TP]], Awaitable[Mapping[TP, int]]]
    failed: Callable[[BaseException], None]
    noting: Noting
    rights: Rights
    brokers: Brokers
    place: TopicIdentity
    limits: Limits = SHIPPED
