"""Checkpoints: made from what is published, and held against it later."""

from collections.abc import Collection, Sequence
from contextlib import closing
from pathlib import Path

from audit.signing.keys import SigningKey
from audit.signing.merkle import Tree, leaf_hash
from audit.verify.alerts import newest_order
from audit.verify.faults import Faults
from audit.verify.fixed_topics import fix_topics
from audit.verify.our_alerts import our_alerts
from broker.journal import Journal, open_journal
from broker.reader import OpenReader
from models.checkpoint import UNSIGNED, Checkpoint, is_older_checkpoint
from models.errors import BrokenInvariant, Unproved, WrongUse
from models.instants import format_instant
from models.journal.entry import JournalEntry
from models.signed_note import notes_in
from models.topics import ALERTS, CHECKPOINTS, Topic
from sealing.signatures import is_signed, read_small_file

_OLDER = "JSON, as checkpoints were before they were signed notes: the version that wrote it can check it"
_NO_CHECKPOINT = "a record that is not a checkpoint"


def make_checkpoint(
    open_reader: OpenReader, key: SigningKey, now_us: int, topics: Collection[Topic] = ()
) -> Checkpoint:
    """A signed checkpoint of the journal as it is published now; nothing is computed again.

    `topics`: which of those that it fixes besides are there.

    Raises Unproved when the journal is empty or not whole.
    """
    try:
        with open_journal(open_reader) as journal:
            newest, order = _tail(journal)
    except BrokenInvariant as error:
        raise Unproved(f"{error}: run `harmwatch verify`") from error
    tree = Tree()
    with closing(open_reader(ALERTS, 0)) as alerts:  # opened now, when all of them were sent
        for number, record in our_alerts(alerts.read_until(alerts.end()), newest.board):
            if number <= order:
                tree.append(leaf_hash(record.value or b""))
    unsigned = Checkpoint(
        board=newest.board, entry=newest.entry, head=newest.hash, as_of=newest.as_of, alerts=tree.size,
        root=tree.root().hex(), time=format_instant(now_us), topics=fix_topics(open_reader, topics),
        public_key=key.public, signature=UNSIGNED,
    )  # fmt: skip
    return unsigned.model_copy(update={"signature": key.sign(unsigned.text.encode())})


def _tail(journal: Journal) -> tuple[JournalEntry, int]:
    """The newest entry, and the order of the newest alert up to it; the two may lie far apart."""
    last = journal.last()
    if last is None:
        raise Unproved("the journal is empty: there is nothing to fix")
    back = 64
    while True:
        begin = max(1, last.entry - back)
        newest = max(map(newest_order, journal.up_to(last, begin)), default=0)
        if newest or begin == 1:
            return last, newest
        back *= 8


def read_kept_checkpoints(path: Path) -> list[Checkpoint]:
    """The checkpoints of a file that was kept elsewhere. Raises WrongUse, or Unproved at one that is damaged or old."""
    content, found = read_small_file(path), []
    if not content.strip():
        raise WrongUse(f"{path} holds no checkpoint")
    for number, note in enumerate(notes_in(content), 1):
        if is_older_checkpoint(note):
            raise Unproved(f"{path}: what should be note {number} is {_OLDER}")
        try:
            found.append(Checkpoint.read(note))
        except ValueError as error:
            raise Unproved(f"{path}: note {number} is not a checkpoint, or is damaged") from error
    return found


class CheckpointCheck:
    """Holds checkpoints against a journal that is walked from its first entry. `public_key` None: any signer."""

    def __init__(self, faults: Faults, public_key: str | None = None) -> None:
        self.count = 0
        self._faults = faults
        self._public_key = public_key
        self._waiting: dict[int, list[tuple[str, int | None, Checkpoint]]] = {}

    def read_topic(self, open_reader: OpenReader) -> None:
        """Takes in what lies on checkpoints.v1."""
        reader = open_reader(CHECKPOINTS, 0)
        try:
            for record in reader.read_until(reader.end()):
                value = record.value or b""
                try:
                    checkpoint = Checkpoint.read(value)
                except ValueError:
                    what = f"a checkpoint in {_OLDER}" if is_older_checkpoint(value) else _NO_CHECKPOINT
                    self._faults.add_foreign(CHECKPOINTS, record.offset, what)
                    continue
                forged = self._forged(checkpoint)
                if forged is None:
                    self._take(checkpoint, record.offset)
                else:
                    self._faults.add_foreign(CHECKPOINTS, record.offset, forged)
        finally:
            reader.close()

    def take_kept(self, checkpoints: Sequence[Checkpoint]) -> None:
        """Takes in what was kept elsewhere."""
        for checkpoint in checkpoints:
            forged = self._forged(checkpoint)
            if forged is not None:
                self._say("a checkpoint kept elsewhere", None, forged)
            self._take(checkpoint, None)

    def compare(self, entry: JournalEntry, tree: Tree | None) -> None:
        """The entry that the walk has come to; `tree` holds the alerts up to it (None: not all of them)."""
        for where, offset, checkpoint in self._waiting.pop(entry.entry, []):
            fixed = f"the checkpoint of {checkpoint.time} fixed entry {entry.entry}"
            if checkpoint.head != entry.hash or checkpoint.board != entry.board:
                self._say(where, offset, f"{fixed} with another hash: the journal was rewritten")
            elif tree is not None and (checkpoint.alerts, checkpoint.root) != (tree.size, tree.root().hex()):
                self._say(where, offset, f"{fixed} with other alerts: alerts.v1 was not what it must be")

    def finish(self, last_entry: int, newest: int) -> None:
        """Checkpoints of entries behind the `newest` of the journal say that entries are gone.

        What came behind `last_entry`, where the walk ended, was not compared: nothing is said of it.
        """
        for number, waiting in sorted(self._waiting.items()):
            for where, offset, checkpoint in waiting:
                text = f"the checkpoint of {checkpoint.time} fixed entry {number}"
                if number > newest:
                    self._say(where, offset, f"{text}, the journal ends at entry {newest}: entries are gone")
                elif number <= last_entry:
                    self._say(where, offset, f"{text}, which the journal no longer contains")

    def _forged(self, checkpoint: Checkpoint) -> str | None:
        if not is_signed(checkpoint.public_key, checkpoint.text.encode(), checkpoint.signature):
            return f"the checkpoint of entry {checkpoint.entry} is not signed by the key it names"
        if self._public_key not in (None, checkpoint.public_key):
            return f"the checkpoint of entry {checkpoint.entry} is signed by another key"
        return None

    def _take(self, checkpoint: Checkpoint, offset: int | None) -> None:
        self.count += 1
        where = CHECKPOINTS.name if offset is not None else "a checkpoint kept elsewhere"
        self._waiting.setdefault(checkpoint.entry, []).append((where, offset, checkpoint))

    def _say(self, where: str, offset: int | None, text: str) -> None:
        self._faults.add_text(f"{where}: {text}" if offset is None else f"{where} offset {offset}: {text}")
