"""Faust's transport, run-wise: an agent's event is a whole run of records of one partition.

Faust's own path costs a task, sensors and look-ups per record; the consumer underneath is 35 times
faster. A worker's place in the log is the ledger's, never Kafka's committed offset, which is only a
hint for tools that show lag.
"""

from collections.abc import Awaitable, Callable, Mapping

from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from broker.security import Brokers
from models.record import Offset
from runtime.topic_identity import TopicIdentity
from streams.limits import SHIPPED, Limits
from streams.transport.commit_notes import CommitNotes
from streams.transport.consumer import RunConsumer
from streams.transport.rights import Rights


class RunTransport(driver.Transport):
    """The transport to give a Faust app.

    `ledger_of` answers where each assigned partition goes on; `failed` hears why nothing is fetched any more; `place`
    is where the board's records lie.
    """

    Consumer = RunConsumer
    ledger_of: Callable[[set[TP]], Awaitable[Mapping[TP, Offset]]]
    failed: Callable[[BaseException], None]
    commit_notes: CommitNotes
    rights: Rights
    brokers: Brokers
    place: TopicIdentity
    limits: Limits = SHIPPED
