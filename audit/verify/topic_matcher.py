"""What was sent, held against what must have been sent: the same records in the same order, none more, none less."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from audit.verify.differences import field_differences
from audit.verify.faults import Faults
from audit.verify.skipped_records import SkippedRecords
from models.record import Record
from models.topics import Topic

LOOK_AHEAD = 64
"""Records that are put aside for one that does not stand in its place, before it is called missing."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Which of the expected records this is: `order` rises within a `group`; `name` is for people."""

    group: int
    order: int
    name: str


@dataclass(frozen=True, slots=True)
class ExpectedRecord:
    """A record as it must stand on its topic."""

    identity: Identity
    key: bytes | None
    value: bytes | None
    headers: list[tuple[str, bytes]]


class TopicMatcher:
    """Goes through the published records of a topic beside the expected ones.

    `identify` tells which expected record a published one claims to be; None: it is none of this kind.
    `sealed(expected, published)` returns the expected record sealed the way the published one was. With `held_back`
    records may stand behind those that can be read; `unread` counts the expected ones that must be looked for there.
    `absent` counts these and the missing ones: it is unknown how they are, or were, sealed.
    A consumer may have `acted_upon` a foreign record: then it is a fault.
    """

    def __init__(  # noqa: PLR0913  (what is lined up, and what is known of it)
        self,
        topic: Topic,
        faults: Faults,
        published: Iterator[Record],
        identify: Callable[[Record], Identity | None],
        sealed: Callable[[ExpectedRecord, Record], ExpectedRecord] | None = None,
        *,
        held_back: bool = False,
        acted_upon: bool = True,
    ) -> None:
        self._acted_upon = acted_upon
        self.count = self.unread = self.absent = 0
        self._held_back = held_back
        self._at_end = False
        self._topic = topic
        self._faults = faults
        self._published = published
        self._identify = identify
        self._sealed = sealed
        self._waiting: dict[tuple[int, int], tuple[Record, Identity]] = {}
        self._last: dict[int, int] = {}
        self._skipped = SkippedRecords()
        self._highest_offset = -1

    def skip(self, group: int, order: int) -> None:
        """What comes up to `order` is not looked at."""
        self._last[group] = order
        self._skipped.skip(group, order)

    def expect(self, expected: ExpectedRecord) -> ExpectedRecord:
        """The next record that must be there; answers it as it must be sealed."""
        self.count += 1
        identity = expected.identity
        record = self._find(expected)
        self._last[identity.group] = identity.order
        if record is None:
            self.absent += 1
            if self._may_be_unread(identity):
                self.unread += 1
            else:
                self._faults.add(self._topic, None, f"{identity.name} is missing")
            return expected
        self._skipped.note_found(record, identity.name)
        expected = self._sealed(expected, record) if self._sealed else expected
        if record.offset < self._highest_offset:
            self._faults.add(self._topic, record.offset, f"{identity.name} stands too early: swapped")
        self._highest_offset = max(self._highest_offset, record.offset)
        if not _equal(record, expected):
            self._faults.add(self._topic, record.offset, f"{identity.name} differs: {_difference(record, expected)}")
        return expected

    def finish(self, accounted: Mapping[int, int] | None) -> None:
        """What is left over was never due, unless it comes after all that was compared.

        `accounted`: per group, the order up to which newer entries account for records; None: nothing
        after the compared ones is judged.
        """
        for record in self._published:
            self._pass(record)
        for record, name in self._skipped.misplaced():
            self._out_of_place(record, name)
        for record, identity in self._waiting.values():
            newer = accounted is None or identity.order <= accounted.get(identity.group, -1)
            if not newer:
                self._tell(record, f"{identity.name} is not accounted for by the journal")

    def _find(self, expected: ExpectedRecord) -> Record | None:
        found = self._waiting.pop((expected.identity.group, expected.identity.order), None)
        if found is not None:
            return found[0]
        before = len(self._waiting)
        while len(self._waiting) - before < LOOK_AHEAD:
            record = next(self._published, None)
            if record is None:
                self._at_end = True
                return None
            if _equal(record, expected) or self._pass(record, expected.identity):
                return record
        return None

    def _may_be_unread(self, identity: Identity) -> bool:
        """Whether it can stand behind all that can be read: nothing stands there that comes after it."""
        later = (other for _, other in self._waiting.values() if other.group == identity.group)
        return self._held_back and self._at_end and all(other.order < identity.order for other in later)

    def _pass(self, record: Record, wanted: Identity | None = None) -> bool:
        """Puts a record aside, or says why it should not be there; True when it is the wanted one."""
        identity = self._identify(record)
        if identity is None:
            self._tell(record, "a record that the journal does not account for", is_fault=self._acted_upon)
            return False
        place = (identity.group, identity.order)
        if wanted is not None and place == (wanted.group, wanted.order):
            return True
        if self._skipped.holds(*place):
            if self._skipped.is_late(record, *place, identity.name):
                self._out_of_place(record, identity.name)
        elif place in self._waiting or identity.order <= self._last.get(identity.group, -1):
            self._out_of_place(record, identity.name)
        else:
            self._waiting[place] = (record, identity)
        return False

    def _out_of_place(self, record: Record, name: str) -> None:
        self._tell(record, f"{name} stands here beside its own place: doubled, late or forged")

    def _tell(self, record: Record, text: str, *, is_fault: bool = True) -> None:
        self._faults.add_foreign(self._topic, record.offset, text, is_fault=is_fault)


def _equal(record: Record, expected: ExpectedRecord) -> bool:
    return record.value == expected.value and record.key == expected.key and list(record.headers) == expected.headers


def _difference(record: Record, expected: ExpectedRecord) -> str:
    differences = []
    if record.key != expected.key:
        differences.append(f"its key is {record.key!r}, it must be {expected.key!r}")
    if list(record.headers) != expected.headers:
        theirs, ours = ({name: repr(value) for name, value in each} for each in (record.headers, expected.headers))
        differences.append(field_differences(theirs, ours) or "its headers stand in another order")
    if record.value != expected.value:
        differences.append(_value_difference(record.value, expected.value))
    return "; ".join(differences)


def _value_difference(published: bytes | None, recomputed: bytes | None) -> str:
    try:
        theirs, ours = json.loads(published or b"null"), json.loads(recomputed or b"null")
    except (ValueError, RecursionError):
        return "its bytes are others"
    if not isinstance(theirs, dict) or not isinstance(ours, dict):
        return "its bytes are others"
    return field_differences(theirs, ours) or "the same content is written in other bytes"
