"""A reader to whom nothing comes gives up, and says whether a leader is away or the records are gone."""

import os
import signal
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from kafka import KafkaAdminClient, TopicPartition

from broker.clients import PartitionReader
from broker.security import Brokers
from models.errors import PreconditionFailed, Unavailable
from tests.end_to_end.installation import Installation
from tests.end_to_end.recovery.test_recovery import lines, small_policy

if TYPE_CHECKING:
    from embedded.stack import Stack

pytestmark = pytest.mark.stack
PATIENCE_SECONDS = 2.0
RECORDS = 10


def test_a_reader_gives_up_when_nothing_comes_and_reads_on_when_it_does(crash_stack: "Stack", tmp_path: Path) -> None:
    installation = Installation(crash_stack.environment(), tmp_path, policy=small_policy(tmp_path), clock="event")
    installation.send([(b"p", line) for line in lines(RECORDS).split()])
    topic = f"{installation.prefix}offences.v1"
    with closing(PartitionReader(Brokers([crash_stack.kafka]), topic, 0, patience_seconds=PATIENCE_SECONDS)) as reader:
        end = reader.end()
        os.kill(crash_stack.kafka_pid, signal.SIGSTOP)
        try:
            with pytest.raises(Unavailable, match=r"can be read from offset 0 on, though it goes to 10"):
                list(reader.read_until(end))
        finally:
            os.kill(crash_stack.kafka_pid, signal.SIGCONT)
        assert reader.end() == end  # it is awake by then, and the reader's two seconds begin
        assert len(list(reader.read_until(end))) == RECORDS


def test_where_the_first_records_are_gone_nobody_is_called_away(crash_stack: "Stack", tmp_path: Path) -> None:
    installation = Installation(crash_stack.environment(), tmp_path, policy=small_policy(tmp_path), clock="event")
    installation.send([(b"p", line) for line in lines(RECORDS).split()])
    topic = f"{installation.prefix}offences.v1"
    with closing(KafkaAdminClient(bootstrap_servers=crash_stack.kafka)) as admin:
        admin.delete_records({TopicPartition(topic, 0): 4})
    with closing(PartitionReader(Brokers([crash_stack.kafka]), topic, 0)) as reader:
        with pytest.raises(PreconditionFailed, match="begins at offset 4: its first records are gone"):
            list(reader.read_until(RECORDS))
        reader.seek(RECORDS + 7)
        with pytest.raises(PreconditionFailed, match="ends at offset 10, before 17: it was cut short"):
            list(reader.read_until(RECORDS + 9))
        reader.seek(4)
        assert len(list(reader.read_until(RECORDS))) == RECORDS - 4
