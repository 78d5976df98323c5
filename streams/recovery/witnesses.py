"""Whatever tells of the journal elsewhere, held against it: a journal that is gone, cut short or recreated is refused.

Who began a second history would send alerts again under ids that are known, with other content.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from pydantic import ValidationError

from broker.commit_notes import Note
from broker.reader import Reader
from broker.tail import entries_from, entry_at
from models.alert import Alert, BaselineEvent
from models.checkpoint import Checkpoint
from models.dead_letter import DeadLetter, read_dead_letter
from models.errors import BrokenInvariant, PreconditionFailed
from models.journal.entry import PASSED_OVER, JournalEntry
from models.journal.transition import EntryKind
from models.record import Record
from models.topics import ALERTS, CHECKPOINTS, DEAD_LETTERS, JOURNAL, OFFENCES, Topic
from runtime.installation import Installation
from runtime.signer import signer_beside
from sealing.signatures import is_signed
from state.position import Position

_FIRST_LOOK, _LONGEST_LOOK = 64, 4_096
_WAY_OUT = (
    "Nothing is applied or published: alerts would go out again under ids that are known. Bring the journal back, or "
    "begin under another HARMWATCH_PREFIX"
)
RecordPlace = tuple[str, int]
Found = TypeVar("Found")


@dataclass(frozen=True)
class Witnesses:
    """What was noted and remembered of the journal that is read by `journal` and ends with `last` (None: is empty).

    `excused` are places of records that a person passes over just now.
    """

    installation: Installation
    journal: Reader
    last: JournalEntry | None
    notes: Mapping[int, Note]
    journal_id: str
    excused: Collection[RecordPlace] = ()

    def refuse_less(self, position: Position) -> None:
        """Raises PreconditionFailed where anything tells of more than the journal holds; `position` is the store's."""
        self._hear_notes()
        self._hear_store(position)
        self._hear_checkpoints()
        self._hear_alerts()
        self._hear_letters()

    @cached_property
    def _signer(self) -> str | None:
        return signer_beside(self.installation.settings, self.journal)

    @property
    def _end(self) -> int:
        return 0 if self.last is None else self.last.entry

    def _hear_notes(self) -> None:
        ours = self.journal_id
        group = f"the committed offsets of group {self.installation.group}"
        for note in self.notes.values():
            if note.journal and note.journal != ours:
                raise PreconditionFailed(
                    f"{self.installation.topic(JOURNAL)} was recreated: its topic id is {ours}, and {group} tell "
                    f"of {note.journal} with {note.entry} entries. {_WAY_OUT}."
                )
            self._compare(note.entry, f"{group} tell of entry {note.entry}")

    def _hear_store(self, position: Position) -> None:
        """A store that has lost a part does not know any more how much of it was published."""
        if position.entry is None or not position.published_hash:
            return
        published = position.entry - position.outbox if position.whole or self.last is None else 0
        self._compare(
            published, f"the store holds entry {published} as published", "; or empty the store if it is another's"
        )

    def _hear_checkpoints(self) -> None:
        found = self._newest(CHECKPOINTS, self._read_checkpoint)
        if found is not None:
            checkpoint, record = found
            where = f"{self.installation.topic(CHECKPOINTS)} offset {record.offset}"
            way_out = "" if self._signer else "; or, if it is none of yours, name who may sign in HARMWATCH_PUBLIC_KEY"
            self._compare(checkpoint.entry, f"{where} fixes entry {checkpoint.entry}", way_out)

    def _read_checkpoint(self, record: Record) -> Checkpoint | None:
        """Signed by whose signatures count on this board; where nobody's do, by the key that it names itself.

        A forged one then holds up a start until somebody is named. To heed none would let a second history begin, and
        where the journal is gone its founding names nobody.
        """
        try:
            checkpoint = Checkpoint.read(record.value or b"")
        except ValueError:
            return None
        ours = self._signer
        is_ours = checkpoint.board == self.installation.settings.board and ours in {None, checkpoint.public_key}
        signed = is_ours and is_signed(checkpoint.public_key, checkpoint.text.encode(), checkpoint.signature)
        return checkpoint if signed else None

    def _compare(self, entry: int, claim: str, way_out: str = "") -> None:
        if entry > self._end:
            name = self.installation.topic(JOURNAL)
            raise PreconditionFailed(
                f"{name} ends at entry {self._end}, and {claim}: it was cut short. {_WAY_OUT}{way_out}."
            )

    def _hear_alerts(self) -> None:
        found = self._newest(ALERTS, self._read_alert)
        if found is None:
            return
        (sequence, order), record = found
        ours = self._newest_order()
        if order > ours:
            self._refuse(ALERTS, record, f"sequence {sequence}", f"the journal up to sequence {ours // 2}")

    def _read_alert(self, record: Record) -> tuple[int, int] | None:
        """Its sequence, and its place among all: a baseline comes right behind its last sequence."""
        board, value = self.installation.settings.board, record.value or b"null"
        try:
            if b'"first_sequence"' in value:
                event = BaselineEvent.model_validate_json(value)
                return (event.last_sequence, 2 * event.last_sequence + 1) if event.board == board else None
            alert = Alert.model_validate_json(value)
        except ValidationError:
            return None
        return (alert.sequence, 2 * alert.sequence) if alert.board == board else None

    def _newest_order(self) -> int:
        for entry in self._backwards():
            if entry.transitions or entry.baseline_sequence is not None:
                baseline = -1 if entry.baseline_sequence is None else entry.baseline_sequence
                return max([2 * baseline + 1, *(2 * change.sequence for change in entry.transitions)])
            note = self.notes.get(0, Note())
            if note.entry == entry.entry and note.sequence:
                return 2 * note.sequence + 1
        return 0

    def _hear_letters(self) -> None:
        found = self._newest(DEAD_LETTERS, self._read_letter)
        if found is None:
            return
        letter, record = found
        end = self._newest_end(letter.partition, letter.offset)
        if letter.offset >= end:
            of = f"of {self.installation.topic(OFFENCES)} partition {letter.partition}"
            self._refuse(DEAD_LETTERS, record, f"offset {letter.offset} {of}", f"the journal up to offset {end}")

    def _read_letter(self, record: Record) -> DeadLetter | None:
        try:
            letter = read_dead_letter(record)
        except BrokenInvariant:
            return None
        return letter if (b"topic", self.installation.place.topic.encode()) in _texts(record) else None

    def _newest_end(self, partition: int, offset: int) -> int:
        hint = self.notes.get(partition, Note()).run
        hinted = None if self.last is None else entry_at(self.journal, min(hint, self.last.entry), self.last)
        run = None if hinted is None else hinted.run
        if run is not None and run.partition == partition and run.end > offset:
            return run.end
        runs = (entry.run for entry in self._backwards() if entry.run is not None)
        return next((run.end for run in runs if run.partition == partition), 0)

    def _refuse(self, topic: Topic, record: Record, tells: str, ours: str) -> None:
        name = self.installation.topic(topic)
        raise PreconditionFailed(
            f"{name} offset {record.offset} tells of {tells}, and {ours}: the journal was cut short, or somebody else "
            f"has written there. {_WAY_OUT}; if the record is forged, `harmwatch topics pass-over {topic.name} "
            f"{record.offset} --why TEXT` says so."
        )

    def _newest(self, topic: Topic, read: Callable[[Record], Found | None]) -> tuple[Found, Record] | None:
        """The newest record that says something, and what; those that a person has passed over say nothing."""
        accepted: set[RecordPlace] | None = None
        with closing(self.installation.small_reader(topic)) as reader:
            for record in _newest_first(reader):
                found = read(record)
                if found is None or (topic.name, record.offset) in self.excused:
                    continue
                if topic in {ALERTS, DEAD_LETTERS}:
                    accepted = self._accepted() if accepted is None and self._says_more(found) else accepted
                    if accepted and (topic.name, record.offset) in accepted:
                        continue
                return found, record
        return None

    def _says_more(self, found: object) -> bool:
        if isinstance(found, DeadLetter):
            return found.offset >= self._newest_end(found.partition, found.offset)
        return isinstance(found, tuple) and found[1] > self._newest_order()

    def _accepted(self) -> set[RecordPlace]:
        """Everything that was ever passed over; looked for where something tells of more than there is."""
        found: set[RecordPlace] = set()
        for entry in self._backwards():
            if entry.kind is EntryKind.ACCEPTANCE and isinstance(entry.body, dict):
                place = entry.body.get(PASSED_OVER)
                if isinstance(place, dict) and isinstance(place.get("offset"), int):
                    found.add((str(place.get("topic")), int(str(place["offset"]))))
        return found

    def _backwards(self) -> Iterator[JournalEntry]:
        if self.last is None:
            return
        end, back = self.last.entry, _FIRST_LOOK
        while end > 0:
            start = max(1, end - back + 1)
            stretch = []
            for entry in entries_from(self.journal, self.journal, start, self.last):
                if entry.entry > end:
                    break
                stretch.append(entry)
            yield from reversed(stretch)
            end, back = start - 1, min(4 * back, _LONGEST_LOOK)


def _texts(record: Record) -> set[tuple[bytes, bytes]]:
    return {(name.encode(), value or b"") for name, value in record.headers}


def _newest_first(reader: Reader) -> Iterator[Record]:
    end, back = reader.end(), _FIRST_LOOK
    while end > 0:
        start = max(0, end - back)
        reader.seek(start)
        yield from reversed(list(reader.read_until(end)))
        end, back = start, min(4 * back, _LONGEST_LOOK)
