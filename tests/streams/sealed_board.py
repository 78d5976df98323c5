"""A board whose entries are sealed as a relay seals them, in memory, and keys that go and come back."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from models.alert import Alert, PolicyOut, make_alert, make_baseline, wire_bytes
from models.clock import ClockMode
from models.contribution import Contribution
from models.identifying import sealed_alert, sealed_baseline
from models.instants import DAY
from models.journal.entry import FIRST_PREVIOUS_HASH, JournalEntry, chain, sealed_texts
from models.journal.transition import BandEntry, Entry, Move, Transition
from models.key_store import Key, KeyNamespace
from models.record import Record
from models.token import Token
from scoring.engine import Engine
from sealing.cipher import Cipher
from sealing.folder import KeyFolder
from sealing.resealer import Resealer
from sealing.ring import KeyRing
from sealing.sealer import Sealer
from streams.relay.stays import Stays
from tests.audit.golden.history import WrittenDown
from tests.state.boards import START, a_run

BOARD, SIZE, EXIT_RANK = "v100", 2, 3
POLICY = PolicyOut(id="v100", version="1", digest="d")


@dataclass
class Sealed:
    """A board whose entries are sealed as a relay seals them, beside what became of its keys."""

    folder: Path
    clock: ClockMode = ClockMode.EVENT
    awaits_baseline: bool = False
    moves: list[Transition] = field(default_factory=list)
    journal: list[JournalEntry] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    alerts: dict[int, Alert] = field(default_factory=dict)
    tombstones: set[str] = field(default_factory=set)
    backup: dict[str, Key] = field(default_factory=dict)
    closed_to_all: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        ends = {0: 0} if self.awaits_baseline else None
        self.engine = Engine(SIZE, EXIT_RANK, self.clock, START + 2 * DAY if ends else None, ends)
        self.keys = KeyFolder.open(self.folder / "keys", KeyNamespace("", BOARD), create=True)
        self.publish(self.engine.found("{}"))

    def restart(self) -> None:
        """Another relay: it knows what it reads."""
        self.known = frozenset(self.tombstones)
        self.stays = Stays(BOARD, self.open_journal, self.entrance_at)

    def open_journal(self) -> WrittenDown:
        values = [wire_bytes(entry) for entry in self.journal]
        return WrittenDown([Record(offset, 0, None, value) for offset, value in enumerate(values)])

    def entrance_at(self, person: str, sequence: int) -> BandEntry | None:
        """Who was in the band right before a transition, by what has moved until then."""
        theirs = [move for move in self.moves if move.offender_id == person and move.sequence < sequence]
        last = theirs[-1] if theirs else None
        return BandEntry(last.sequence, last.as_of) if last is not None and last.move is Move.ENTERED else None

    def tell(self, *items: Contribution) -> None:
        entry = self.engine.apply(a_run(items, self.engine.ledger.get(0, 0)))
        assert isinstance(entry, Entry)
        self.publish(entry)

    def pass_time(self, instant: int) -> None:
        entry = self.engine.tick(instant)
        if entry is not None:
            self.publish(entry)

    def publish(self, entry: Entry) -> None:
        """As the relay does, each entry in a transaction of its own."""
        if not self.journal:
            self.restart()
        self.moves += entry.transitions
        sealer = Sealer(self.keys, self.known, self.stays.at, self.tombstones.__contains__)
        self.stays.look_at(entry)
        sealed = chain(entry, BOARD, self.clock, "d", self.head, sealer)
        for move in entry.transitions:
            self.alerts[move.sequence] = sealed_alert(make_alert(move, BOARD, POLICY, "t", 0), sealer)
        if entry.baseline is not None:
            sealed_baseline(make_baseline(entry.baseline, BOARD, POLICY), sealer)
        self.stays.take(entry, sealed)
        self.journal.append(sealed)
        self.entries.append(entry)
        self._look_at(entry)

    def _look_at(self, entry: Entry) -> None:
        """Keeps a backup of every key; and whoever is erased by now is closed to its holder as well."""
        for person in {move.offender_id for move in entry.transitions}:
            key = self.keys.current(person)
            if key is not None:
                self.backup[key.id] = key
        for move in entry.transitions:
            began = None if move.entered is None else self.alerts.get(move.entered.sequence)
            if began is not None and key_id_of(began.offender_id) in self.gone:
                self.closed_to_all.add(move.sequence)

    @property
    def head(self) -> str:
        return self.journal[-1].hash if self.journal else FIRST_PREVIOUS_HASH

    @property
    def gone(self) -> set[str]:
        """The keys of which the relay knows, or finds, that they are erased."""
        return {key_id for key_id in self.tombstones if key_id in self.known or self.keys.find(key_id) is None}

    def key_of(self, sequence: int) -> str:
        return key_id_of(self.alerts[sequence].offender_id)

    def erase(self, person: str, *, cut_short: bool = False) -> str | None:
        """As `harmwatch erase` does; `cut_short`: it is killed between the tombstone and the destruction."""
        key_id = next(iter(self.keys.retire(person)), None)
        if key_id is not None:
            self.tombstones.add(key_id)
            if not cut_short:
                self.keys.destroy(key_id)
        return key_id

    def opens(self, place: str, text: str) -> bool:
        """Whether somebody with every key there ever was can read it."""
        token = Token.read(text)
        assert token is not None, f"{place} is in clear"
        key = self.backup.get(token.key_id)
        return key is not None and Cipher(key).open(place, token) is not None

    def recovered(self) -> Iterator[tuple[JournalEntry, JournalEntry]]:
        """Every entry as it was published, and as a recovery seals it."""
        ring, persons = KeyRing(self.keys, lambda: self.tombstones), dict[str, str]()
        previous = FIRST_PREVIOUS_HASH
        for entry, published in zip(self.entries, self.journal, strict=True):
            seal = Resealer(ring, sealed_texts(published), persons)
            yield published, chain(entry, BOARD, self.clock, "d", previous, seal)
            assert not seal.lost | seal.shared
            previous = published.hash


def key_id_of(text: str) -> str:
    token = Token.read(text)
    assert token is not None
    return token.key_id
