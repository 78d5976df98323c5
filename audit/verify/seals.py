"""Sealed records held against recomputed ones, and the keys of the sealed held against the tombstones."""

from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from audit.verify.faults import Faults
from audit.verify.tombstones import TombstoneCheck, read_tombstones
from audit.verify.topic_matcher import ExpectedRecord
from audit.verify.unreadable_topics import UnreadableTopics
from broker.reader import OpenReader
from models.alert import Alert, BaselineEvent, alert_headers, baseline_headers, wire_bytes
from models.identifying import Seal, sealed_alert, sealed_baseline, texts_by_place
from models.journal.entry import JournalEntry, sealed_texts
from models.key_store import KeyStore
from models.record import Record
from models.topics import ALERTS, ERASURES, Topic
from sealing.resealer import NOT_OPENED, Resealer
from sealing.ring import KeyRing

_MARK = b'"sealed:'
Sent = TypeVar("Sent", bound=BaseModel)


class Seals:
    """What one verification sees of seals. `erased` counts the records that an erasure has closed.

    `store` None: no key store is named; then the first sealed record raises WrongUse.
    """

    def __init__(
        self, store: KeyStore | None, open_reader: OpenReader, faults: Faults, public_key: str | None = None
    ) -> None:
        self.erased = 0
        self._store = store
        self._open_reader = open_reader
        self._faults = faults
        self._public_key = public_key
        self._tombstones = TombstoneCheck(faults, public_key)
        self._ring = KeyRing(store, self._read_erased)
        self._persons: dict[str, str] = {}
        self._named: set[str] = set()
        self._hidden = UnreadableTopics()
        self._unproved: set[str] = set()

    def begin(self) -> None:
        """Reads the tombstones; one whose key is there again is a fault. Without a key store nothing is read."""
        if self._store is None:
            return
        self._tombstones.read_topic(self._open_reader)
        for key_id in self._tombstones.genuine:
            if self._store.find(key_id) is not None:
                self._faults.add_text(
                    f"key store: key {key_id} was erased, and is there again or still: run `harmwatch erase` once more"
                )

    def of_entry(self, published: JournalEntry) -> Resealer:
        """Seals the recomputed entry as this one was published."""
        return Resealer(self._ring, sealed_texts(published), self._persons)

    def of_alert(self, expected: ExpectedRecord, record: Record) -> ExpectedRecord:
        """What must stand on alerts.v1, sealed as the record that stands there."""
        if expected.value is None or record.value is None or _MARK not in record.value:
            return expected
        try:
            return self._alert(expected, record) or self._baseline(expected, record) or expected
        except ValidationError:
            return expected  # it is no alert, and the comparison says so

    def note(self, topic: Topic, offset: int, seal: Resealer) -> None:
        """Counts a record by what its seal came upon, and names keys at fault, each once."""
        self.erased += bool(seal.erased)
        for key_id in sorted(seal.lost - self._named):
            if self._may_have_a_tombstone():
                self._unproved.add(key_id)
                continue
            text = f"key {key_id}, under which this and other records are sealed, was destroyed without a tombstone"
            self._faults.add(topic, offset, text)
        for key_id in sorted(seal.shared - self._named):
            self._faults.add(topic, offset, f"key {key_id} seals records of two persons")
        for key_id in sorted(seal.unopened - self._named):
            self._faults.add(topic, offset, f"key {key_id} {NOT_OPENED}")
        self._named |= seal.lost | seal.shared | seal.unopened

    @property
    def held_back(self) -> list[str]:
        """Keys of which it is not known yet whether they were destroyed with a tombstone."""
        count = len(self._unproved)
        return [self._hidden.render(ERASURES, f"the tombstones of {count} destroyed keys")] if count else []

    def _may_have_a_tombstone(self) -> bool:
        with closing(self._open_reader(ERASURES, 0)) as reader:
            self._hidden.look(ERASURES, reader)
        return ERASURES in self._hidden

    def _alert(self, expected: ExpectedRecord, record: Record) -> ExpectedRecord | None:
        if b'"alert_id"' not in (expected.value or b""):
            return None
        theirs, ours = (Alert.model_validate_json(value or b"") for value in (record.value, expected.value))
        sealed = self._alike(record, partial(sealed_alert, theirs), partial(sealed_alert, ours))
        return ExpectedRecord(expected.identity, sealed.offender_id.encode(), wire_bytes(sealed), alert_headers(sealed))

    def _baseline(self, expected: ExpectedRecord, record: Record) -> ExpectedRecord:
        theirs, ours = (BaselineEvent.model_validate_json(value or b"") for value in (record.value, expected.value))
        sealed = self._alike(record, partial(sealed_baseline, theirs), partial(sealed_baseline, ours))
        return ExpectedRecord(expected.identity, expected.key, wire_bytes(sealed), baseline_headers(sealed))

    def _alike(self, record: Record, theirs: Callable[[Seal], Sent], ours: Callable[[Seal], Sent]) -> Sent:
        seal = Resealer(self._ring, texts_by_place(theirs), self._persons)
        sealed = ours(seal)
        self.note(ALERTS, record.offset, seal)
        return sealed

    def _read_erased(self) -> set[str]:
        """Asked for when a key is missing; it may have been destroyed since this verification began."""
        return set(read_tombstones(self._open_reader, self._public_key))
