"""Under which key a stay in the band began: the change that ends it names its person under that key and no other."""

from collections.abc import Callable, Iterator
from itertools import zip_longest

from broker.reader import Reader
from broker.tail import last_entry
from models.identifying import record_of_baseline, record_of_move
from models.journal.entry import JournalEntry
from models.journal.transition import BandEntry, CauseKind, Entry, Move
from models.token import Token
from runtime.transitions import entry_of_entrance

EntranceAt = Callable[[str, int], BandEntry | None]
"""When somebody entered the band who was in it at a transition that is not published yet."""


class Stays:
    """What is known of the stays of a board's band: those that began before are looked for in the journal, once.

    The key store keeps no link from a person to a key that was destroyed; the journal's own transition names it.
    """

    def __init__(self, board: str, open_journal: Callable[[], Reader], entrance_at: EntranceAt) -> None:
        self._board = board
        self._open_journal = open_journal
        self._entrance_at = entrance_at
        self._journal: Reader | None = None
        self._last: JournalEntry | None = None
        self._began: dict[int, str | None] = {}
        self._known: dict[str, list[tuple[str, str]]] = {}

    def close(self) -> None:
        """Ends the reader, where one was needed."""
        if self._journal is not None:
            self._journal.close()

    def look_at(self, entry: Entry) -> None:
        """Before an entry is sealed. Raises Unavailable, and BrokenInvariant where an entrance is nowhere."""
        self._known = {}
        first = entry.transitions[0].sequence if entry.transitions else None
        for record, person, entrance in self._stays_in(entry):
            if first is not None and entrance.sequence >= first:
                continue  # it began in this entry: under the key that is current
            key_id = self._key_of(entrance)
            if key_id is not None:
                self._known.setdefault(person, []).append((record, key_id))

    def at(self, place: str, person: str) -> str | None:
        """The id of the key under which the stay that a place is about began; None: none, or under no key."""
        known = self._known.get(person, ())
        return next((key_id for record, key_id in known if place.startswith(record)), None)

    def take(self, entry: Entry, sealed: JournalEntry) -> None:
        """Remembers, of an entry as it is published, which stays began under which key, and forgets those it ends."""
        self._note(sealed)
        for change in entry.transitions:
            if change.entered is not None:
                self._began.pop(change.entered.sequence, None)

    def _note(self, published: JournalEntry) -> None:
        for change in published.transitions:
            if change.transition is Move.ENTERED:
                token = Token.read(change.offender_id)
                self._began[change.sequence] = None if token is None else token.key_id

    def _key_of(self, entrance: BandEntry) -> str | None:
        if entrance.sequence not in self._began:
            self._journal = self._journal or self._open_journal()
            # Whatever is published from here on is remembered: what has to be looked for lies before.
            self._last = self._last or last_entry(self._journal)
            if self._last is not None:
                self._note(entry_of_entrance(self._journal, entrance, self._last))
        return self._began.get(entrance.sequence)

    def _stays_in(self, entry: Entry) -> Iterator[tuple[str, str, BandEntry]]:
        """The records of an entry that tell of a stay: with what their places begin, of whom, and its beginning.

        Of one change first comes who leaves, then who enters and names them as their counterpart, and maybe as the
        cause. Who only fell, and stays in the band all the same, is named as the cause alone.
        """
        for change, following in zip_longest(entry.transitions, entry.transitions[1:]):
            record, cause = record_of_move(self._board, change.sequence), change.cause
            if change.entered is not None:
                yield record, change.offender_id, change.entered
                if following is not None and following.counterpart == change.offender_id:
                    yield record_of_move(self._board, following.sequence), change.offender_id, change.entered
            elif cause.kind is CauseKind.VACANCY and cause.offender_id != change.counterpart:
                entrance = self._entrance_at(cause.offender_id, change.sequence)
                if entrance is not None:
                    yield record, cause.offender_id, entrance
        if entry.baseline is not None:
            for member in entry.baseline.band:
                yield record_of_baseline(self._board, entry.baseline.last_sequence), member.offender_id, member.since
