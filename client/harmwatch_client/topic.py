"""The topic of the alerts in Kafka, read forwards; it notices when it is another one than it was."""

from collections.abc import Mapping, Sequence
from typing import Any

from kafka import KafkaAdminClient, KafkaConsumer, TopicPartition
from kafka.errors import KafkaError, LogTruncationError, OffsetOutOfRangeError, for_code

from harmwatch_client.errors import TopicReset
from harmwatch_client.header_names import read_any_header_names
from harmwatch_client.networks import ended_unless_made

_NO_ID = "00000000-0000-0000-0000-000000000000"
_RECONNECT_MILLISECONDS = 1_000
"""The longest pause between two tries to reach a broker; the client's own is 30 s."""

Options = Mapping[str, Any]  # Any: those of kafka-python


class Topic:
    """One partition of a topic, committed records only; no group, no commits. Raises the errors of kafka-python."""

    def __init__(self, brokers: str | Sequence[str], name: str, kafka: Options) -> None:
        self.name = name
        self._place = TopicPartition(name, 0)
        self._options = {"bootstrap_servers": brokers, "reconnect_backoff_max_ms": _RECONNECT_MILLISECONDS, **kafka}
        self._admin: KafkaAdminClient | None = None
        read_any_header_names()
        try:
            self.id = self._ask_id()
            with ended_unless_made() as network:
                self._consumer = KafkaConsumer(
                    **{**network, **self._options}, group_id=None, enable_auto_commit=False, auto_offset_reset="none",
                    isolation_level="read_committed",
                )  # fmt: skip
        except BaseException:
            self._forget_admin()
            raise
        self._consumer.assign([self._place])

    def close(self) -> None:
        """Ends the connections."""
        self._consumer.close()
        self._forget_admin()

    def seek(self, offset: int) -> None:
        """Goes on from `offset`. Raises TopicReset where the topic ends before it."""
        end = self.end()
        if offset > end:
            raise TopicReset(f"{self.name} ends at offset {end}, and was read up to {offset} before")
        beginning = self._consumer.beginning_offsets([self._place])[self._place]
        # Where its beginning is gone, the first sequence that is left says whether an alert is missing.
        self._consumer.seek(self._place, max(offset, beginning))

    def position(self) -> int:
        """The next offset that is fetched."""
        offset: int = self._consumer.position(self._place)
        return offset

    def end(self) -> int:
        """The offset behind the last record that can be read: that of an open transaction, where there is one."""
        offset: int = self._consumer.end_offsets([self._place])[self._place]
        return offset

    def fetch(self, seconds: float) -> Sequence[Any]:  # Any: kafka-python's ConsumerRecord
        """The next records, after at most so long; none where none came. Raises TopicReset."""
        try:
            records: Sequence[Any] = self._consumer.poll(timeout_ms=int(seconds * 1000)).get(self._place, ())
        except LogTruncationError as error:
            self._is_the_same()  # a topic that was recreated has lost its end, too: the first reason is the one to say
            raise TopicReset(f"{self.name} has lost its end: {error}") from error
        except OffsetOutOfRangeError:
            if self._is_the_same():
                self.seek(self.position())
            return ()
        # Asked behind the fetch: asked before it, the topic could be another by the time records come (decision 0019).
        if records and not self._is_the_same():
            self._consumer.seek(self._place, records[0].offset)  # they are fetched again once the leader can say
            return ()
        return records

    def _is_the_same(self) -> bool:
        """Asked after records came: they lay on the topic of our beginning, as far as the broker asked knows by now.

        False: it cannot be told now.
        """
        try:
            now = self._ask_id()
        except KafkaError as error:
            if not error.retriable:
                raise
            return False
        if now != self.id:
            raise TopicReset(f"{self.name} was recreated: its id is {now}, and was {self.id}")
        return True

    def _ask_id(self) -> str | None:
        if self._admin is None:
            known = {name: value for name, value in self._options.items() if name in KafkaAdminClient.DEFAULT_CONFIG}
            with ended_unless_made() as network:
                self._admin = KafkaAdminClient(**{**network, **known})
        try:
            found = self._admin.describe_topics([self.name])[0]
            if found["error_code"]:
                raise for_code(found["error_code"])(self.name)
        except KafkaError:
            self._forget_admin()  # one that has failed is not asked again
            raise
        return None if str(found["topic_id"]) == _NO_ID else str(found["topic_id"])

    def _forget_admin(self) -> None:
        if self._admin is not None:
            self._admin.close()
            self._admin = None
