"""One look at an installation."""

from collections.abc import Sequence
from typing import NamedTuple

from broker.members import Group
from broker.open_transactions import OpenTransaction
from models.instants import SECOND, format_instant
from runtime.broker_view import BrokerView
from runtime.installation import open_store
from runtime.settings import Settings
from runtime.topic_identity import TopicIdentity
from sight.clocks import clock_document
from sight.look_document import (
    HeldBackDocument,
    LookDocument,
    PartitionDocument,
    RecoveryDocument,
    State,
)
from sight.parked import parked_document
from state.position import Position
from state.reads import StoreView
from state.silences import Silences
from state.store import Store


def look_once(settings: Settings) -> LookDocument:
    """The document of one look. Raises PreconditionFailed where topics are missing, Unavailable."""
    look = Look(settings)
    try:
        return look.document()
    finally:
        look.close()


class Look:
    """Connections to an installation that stay open between one look at it and the next.

    `policy_digest`: of the policy in force, as the newest document has seen it; empty before a board is there.
    `generation`: the board's; empty while it is not open.
    Raises PreconditionFailed where topics are missing, Unavailable.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._brokers = BrokerView(settings)
        self.policy_digest = ""
        self.generation = ""
        try:
            self.store: Store = open_store(settings)
        except BaseException:
            self._brokers.close()
            raise

    def close(self) -> None:
        """Ends the connections."""
        self._brokers.close()
        self.store.close()

    def document(self) -> LookDocument:
        """What is seen now, on the partitions that there are by now. Raises Unavailable, PreconditionFailed."""
        place = self._brokers.look_again()
        return self._document(place, self.store.position())

    def sight(self, top: int) -> tuple[LookDocument, StoreView]:
        """The same with the first `top` of the ranking and the band, all of the store's at the same moment."""
        place = self._brokers.look_again()
        sighting = self.store.sighting(top)
        return self._document(place, sighting.position), sighting

    def _document(self, place: TopicIdentity, position: Position) -> LookDocument:
        """The store is asked before the brokers: what it has applied was sent before."""
        silences = self.store.silences(place.partitions)
        self.policy_digest, self.generation = position.policy_digest, position.generation or ""
        sent, held_back, group = self._brokers.sent(), self._brokers.held_back(), self._brokers.group()
        seen = Observation(position, silences, sent, held_back, group, self._brokers.missing)
        return seen.document(self._settings.board, place.topic)

    @property
    def topic_id(self) -> str:
        """Of the input, as the newest document has seen it."""
        return self._brokers.place.topic_id


class Observation(NamedTuple):
    """What store and brokers say: `sent` is the end of each partition of the input; `missing` names topics."""

    position: Position
    silences: Silences
    sent: dict[int, int]
    held_back: Sequence[OpenTransaction]
    group: Group
    missing: Sequence[str] = ()

    def document(self, board: str, topic: str) -> LookDocument:
        """The document of a board whose input is `topic`."""
        position = self.position
        partitions = self._partitions(topic)
        return LookDocument(
            board=board,
            state=_state(position),
            recovery=_recovery(position),
            clock=clock_document(position),
            workers=len(self.group.members),
            settled=self.group.is_settled,
            as_of=format_instant(position.as_of) if position.has_begun else None,
            lag=sum(max(0, each.end - each.applied) for each in partitions),
            outbox=position.outbox,
            sequence=position.sequence,
            entry=position.entry or 0,
            silent_seconds=_seconds(self.silences.moved),
            unpublished_seconds=_seconds(self.silences.published),
            partitions=partitions,
            parked=parked_document(position),
            held_back=tuple(map(_held_back, self.held_back)),
            missing_topics=tuple(self.missing),
        )

    def _partitions(self, topic: str) -> tuple[PartitionDocument, ...]:
        behind = {each.partition: each.end - each.offset for each in self.held_back if each.topic == topic}
        owners = self.group.owners
        return tuple(
            PartitionDocument(
                partition=number,
                applied=self.position.ledger.get(number, 0),
                end=end,
                held_back=behind.get(number, 0),
                owner=owners.get(number),
                silent_seconds=_seconds(self.silences.partitions[number]),
            )
            for number, end in sorted(self.sent.items())
        )


def _held_back(each: OpenTransaction) -> HeldBackDocument:
    return HeldBackDocument(
        topic=each.topic,
        partition=each.partition,
        offset=each.offset,
        end=each.end,
        producer_id=each.producer_id,
        why=each.render(),
    )


def _seconds(micros: int | None) -> float | None:
    return None if micros is None else micros / SECOND


def _recovery(position: Position) -> RecoveryDocument | None:
    """How far a worker has come that repeats the journal; None: none does."""
    rebuilding = position.rebuilding
    if rebuilding is None:
        return None
    return RecoveryDocument(entry=position.entry or 0, of=rebuilding.last, seconds=_seconds(rebuilding.since_us))


def _state(position: Position) -> State:
    if position.entry is None:
        return "none"
    if position.recovering:
        return "recovering"
    if position.generation is None:
        return "closed"
    if position.leap is not None:
        return "clock"
    return "parked" if position.parked else "open"
