"""A board as it was known at an instant, from a snapshot, what happened since, and the rows of people.

No engine runs: a person is a function of their contributions, a rank of the people, and who is in the band is noted.
"""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import nsmallest
from itertools import chain

from audit.snapshots.file import SnapshotFile
from audit.snapshots.row import KnownContribution, person_of
from audit.snapshots.snapshot import Snapshot
from models.board import BoardRow, OffenderView
from models.errors import Damaged
from models.journal.transition import BandEntry
from scoring.person import ID_AT, Person, RankKey


@dataclass(frozen=True, slots=True)
class LaterChanges:
    """What happened between a snapshot and an instant.

    `contributions`: how many became known, by person; they stand in the file, up to `entry`, or in `unsaved`.
    `members`: the band at the instant.
    """

    entry: int
    contributions: Mapping[bytes, int]
    members: Mapping[str, BandEntry]
    unsaved: Mapping[bytes, Sequence[KnownContribution]]


class PastBoard:
    """What was known at `at` (microseconds). All methods raise Damaged where a row does not fit the snapshot."""

    def __init__(self, file: SnapshotFile, snapshot: Snapshot, since: LaterChanges, at: int) -> None:
        self._file = file
        self._snapshot = snapshot
        self._since = since
        self._at = at
        self._policy = len(snapshot.policies)
        self._standing = {key[ID_AT:]: key for key in snapshot.order}

    def board(self, top: int) -> list[BoardRow]:
        """So many of the ranking."""
        return [self._row(rank, self._person(key[ID_AT:]), key) for rank, key in enumerate(self._first(top), 1)]

    def offender(self, offender_id: str) -> OffenderView:
        """One person with every offence known of them, the heaviest first."""
        person = self._person(offender_id.encode()) or Person(offender_id)
        entered = self._since.members.get(offender_id)
        return OffenderView(
            offender_id,
            self._rank_of(person.standing_key),
            person.score,
            entered is not None,
            entered.as_of if entered else None,
            person.rows(),
            entered.sequence if entered else None,
        )

    def _row(self, rank: int, person: Person | None, key: RankKey) -> BoardRow:
        if person is None or person.standing_key != key:
            raise Damaged("a person does not stand where the snapshot says")
        entered = self._since.members.get(person.offender_id)
        since = entered.as_of if entered else None
        return BoardRow(rank, person.offender_id, person.score, entered is not None, since)

    @cached_property
    def _ranking(self) -> list[RankKey] | None:
        """The keys of the first, as far as they are certain; None where it is not known who has changed."""
        snapshot, at = self._snapshot, self._at
        if not snapshot.knows_ends_until(at):
            return None
        changed = {*self._since.contributions, *(offender_id for due, offender_id in snapshot.ends if due <= at)}
        moved = (person.standing_key for person in map(self._person, changed) if person is not None)
        stayed = (key for key in snapshot.order if key[ID_AT:] not in changed)
        return sorted(key for key in chain(stayed, moved) if key is not None and self._is_certain(key))

    def _is_certain(self, key: RankKey) -> bool:
        """Whether nobody of whom the snapshot does not tell can stand before it."""
        return self._snapshot.is_whole or (bool(self._snapshot.order) and key <= self._snapshot.order[-1])

    def reads_everybody_for(self, top: int) -> bool:
        """Whether so many ranks need everybody's rows, which takes its time in a long history."""
        return self._ranking is None or not (self._snapshot.is_whole or len(self._ranking) >= top)

    def _first(self, count: int) -> list[RankKey]:
        if self._ranking is None or self.reads_everybody_for(count):
            return nsmallest(count, self._all_keys())
        return self._ranking[:count]

    def _rank_of(self, key: RankKey | None) -> int | None:
        if key is None:
            return None
        if self._ranking is not None and self._is_certain(key):
            return bisect_left(self._ranking, key) + 1
        return 1 + sum(other < key for other in self._all_keys())

    def _person(self, offender_id: bytes) -> Person | None:
        contributions = self._file.contributions_of(offender_id, self._policy, self._since.entry)
        return self._person_then(offender_id, contributions)

    def _all_keys(self) -> Iterator[RankKey]:
        """Of everybody who is ranked, in no order: reads every contribution there ever was."""
        unread, count = dict(self._since.unsaved), 0
        for offender_id, contributions in self._file.everybody(self._policy, self._since.entry):
            unread.pop(offender_id, None)
            count += sum(one.entry <= self._snapshot.entry for one in contributions)
            person = self._person_then(offender_id, contributions)
            if person is not None and person.standing_key is not None:
                yield person.standing_key
        if count != self._snapshot.contributions:
            raise Damaged("rows are missing")
        for offender_id in unread:
            person = self._person_then(offender_id, [])
            if person is not None and person.standing_key is not None:
                yield person.standing_key

    def _person_then(self, offender_id: bytes, saved: Sequence[KnownContribution]) -> Person | None:
        """A person at the instant, after a look at whether they stood where the snapshot says."""
        snapshot, contributions = self._snapshot, [*saved, *self._since.unsaved.get(offender_id, ())]
        before = person_of((one for one in contributions if one.entry <= snapshot.entry), snapshot.state.as_of)
        key = None if before is None else before.standing_key
        if (key if key is not None and self._is_certain(key) else None) != self._standing.get(offender_id):
            raise Damaged("a person does not stand where the snapshot says")
        known = [one for one in contributions if one.known_from <= self._at]
        if sum(one.entry > snapshot.entry for one in known) != self._since.contributions.get(offender_id, 0):
            raise Damaged("rows of a person are missing")
        return person_of(known, self._at)
