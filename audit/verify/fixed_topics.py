"""Topics that nobody can compute again: checkpoints fix what lay on them, and what is another thing now is named."""

import hashlib
from collections.abc import Collection, Sequence
from contextlib import closing

from broker.reader import OpenReader
from models.checkpoint import Checkpoint, FixedTopic
from models.record import Record
from models.topics import ACCESS_LOG, CHECKPOINTS, DELIVERIES, DELIVERY_ORDERS, OFFICER_ACTIONS, Topic
from sealing.signatures import is_signed

FIXED = (OFFICER_ACTIONS, ACCESS_LOG, DELIVERIES, DELIVERY_ORDERS)


class RecordsDigest:
    """SHA-256 over a line for each record: offset, Kafka's timestamp, SHA-256 of key and value (-: none)."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, record: Record) -> None:
        """The next one."""
        line = f"{record.offset} {record.timestamp_ms} {_digest(record.key)} {_digest(record.value)}\n"
        self._hash.update(line.encode())

    def hex(self) -> str:
        """Of all so far."""
        return self._hash.hexdigest()


def _digest(content: bytes | None) -> str:
    return "-" if content is None else hashlib.sha256(content).hexdigest()


def fix_topics(open_reader: OpenReader, topics: Collection[Topic]) -> tuple[FixedTopic, ...]:
    """What lies on each of them now. Raises Unavailable."""
    return tuple(_fixed(open_reader, topic) for topic in FIXED if topic in topics)


def _fixed(open_reader: OpenReader, topic: Topic) -> FixedTopic:
    digest = RecordsDigest()
    with closing(open_reader(topic, 0)) as reader:
        end = reader.end()
        for record in reader.read_until(end):
            digest.add(record)
    return FixedTopic(topic=topic.name, end=end, digest=digest.hex())


def signed_checkpoints(open_reader: OpenReader, public_key: str | None) -> list[Checkpoint]:
    """Those on checkpoints.v1 that the key has signed (None: any); what else lies there verify names elsewhere."""
    found = []
    with closing(open_reader(CHECKPOINTS, 0)) as reader:
        for record in reader.read_until(reader.end()):
            try:
                checkpoint = Checkpoint.read(record.value or b"")
            except ValueError:
                continue
            is_ours = public_key in {None, checkpoint.public_key}
            if is_ours and is_signed(checkpoint.public_key, checkpoint.text.encode(), checkpoint.signature):
                found.append(checkpoint)
    return found


def changed_topics(open_reader: OpenReader, checkpoints: Sequence[Checkpoint], there: Collection[Topic]) -> list[str]:
    """What is not as a checkpoint fixed it, in words; between which offsets, as far as others still hold.

    `there`: which topics the installation has. Raises Unavailable.
    """
    found = []
    for topic in FIXED:
        fixed = [(each, one) for one in checkpoints for each in one.topics if each.topic == topic.name]
        if fixed and topic not in there:
            begin = f"{topic.name}: the checkpoint of {fixed[0][1].time} fixed it"
            found.append(f"{begin}, and it is not there, or hidden from this user")
        elif fixed:
            found += _changes(open_reader, topic, sorted(fixed, key=lambda each: each[0].end))
    return found


def _changes(open_reader: OpenReader, topic: Topic, fixed: Sequence[tuple[FixedTopic, Checkpoint]]) -> list[str]:
    """The first checkpoint that does not hold says between which offsets; those behind it say nothing more."""
    digest, held = RecordsDigest(), 0
    with closing(open_reader(topic, 0)) as reader:
        end = reader.end()
        for each, checkpoint in fixed:
            begin = f"{topic.name}: the checkpoint of {checkpoint.time} fixed it up to offset {each.end}"
            if each.end > end:
                return [f"{begin}, and it ends at {end}: records are gone"]
            for record in reader.read_until(each.end):
                digest.add(record)
            if digest.hex() != each.digest:
                where = f"from offset {held} on" if held else "since then"
                return [f"{begin} with another content: a record was changed, taken away or put in {where}"]
            held = each.end
    return []
