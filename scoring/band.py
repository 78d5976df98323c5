"""The ranking and the band of the reference engine: who leaves and who enters after each change."""

from collections.abc import Iterable
from dataclasses import dataclass

from sortedcontainers import SortedList

from models.journal.transition import BandEntry, Cause, CauseKind, Member, Move, Standing, Transition
from scoring.person import ID_AT, Person, RankKey

_BEHIND_ALL: RankKey = b"\xff"


@dataclass(frozen=True, slots=True)
class Change:
    """What changed one person: the cause as it stands for themselves, the instant, the record's offset."""

    cause: Cause
    as_of: int
    offset: int | None


class Band:
    """Everybody ranked, in order, and the members of the band."""

    def __init__(self, size: int, exit_rank: int) -> None:
        self.size = size
        self.exit_rank = exit_rank
        self._order: SortedList[RankKey] = SortedList()
        self._edges: tuple[RankKey | None, RankKey | None] = (None, None)
        self._persons: dict[bytes, Person] = {}
        self.members: dict[str, BandEntry] = {}
        self.sequence = 0

    @property
    def ranked(self) -> int:
        """How many people are ranked."""
        return len(self._order)

    def rank_keys(self, count: int) -> list[RankKey]:
        """Of so many, in rank order."""
        return list(self._order[:count])

    def before(self, key: RankKey) -> list[Person]:
        """Who stands before a key, in rank order."""
        return self.top(int(self._order.bisect_left(key)))

    def rank_of(self, person: Person) -> int | None:
        """Rank from 1; None while unranked."""
        return self._rank_at(person.standing_key)

    def _rank_at(self, key: RankKey | None) -> int | None:
        return None if key is None else int(self._order.index(key)) + 1

    def rank_if(self, person: Person, score: int, latest: int) -> int | None:
        """The rank that a person would have with this score and latest anchor day, everybody else staying."""
        key, own = person.key(score, latest), person.standing_key
        if key is None:
            return None
        return int(self._order.bisect_left(key)) + 1 - (own is not None and own < key)

    def top(self, count: int, first: int = 1) -> list[Person]:
        """So many in rank order, from the rank `first` on."""
        return [self._persons[key[ID_AT:]] for key in self._order[first - 1 : first - 1 + count]]

    def band(self) -> tuple[Member, ...]:
        """The members in rank order."""
        first = enumerate(self.top(self.exit_rank), 1)
        return tuple(
            Member(rank, person.offender_id, person.score, self.members[person.offender_id])
            for rank, person in first
            if person.offender_id in self.members
        )

    def place(self, person: Person, before: int) -> Standing | None:
        """Puts a person whose offences changed into their place (`before`: their score until now).

        Answers where they stood, for `align`; None where nobody can have crossed an edge of the band.
        """
        old_key = person.standing_key
        new_key = person.standing_key = person.key(person.score, person.latest)
        if new_key == old_key:
            return None
        quiet = self._passes_no_edge(old_key, new_key)
        standing = None if quiet else Standing(self._rank_at(old_key), before)
        if old_key is not None:
            self._order.remove(old_key)
        if new_key is not None:
            self._order.add(new_key)
            self._persons[person.encoded] = person
        if not quiet:
            self._note_edges()
        return standing

    def reassess(self, persons: Iterable[Person], size: int, exit_rank: int, as_of: int) -> list[Transition]:
        """Everybody again, under another policy: first all who must leave, then all who must enter, in rank order."""
        before = {
            key[ID_AT:]: Standing(rank, self._persons[key[ID_AT:]].score)
            for rank, key in enumerate(self._order, start=1)
        }
        self.size, self.exit_rank = size, exit_rank
        self.seat(persons)
        members = [self._persons[offender_id.encode()] for offender_id in self.members]
        leaving = sorted(filter(self._must_leave, members), key=lambda p: (p.standing_key or _BEHIND_ALL, p.encoded))
        entering = [person for person in self.top(size) if self._must_enter(person)]
        moves = [(Move.LEFT, person) for person in leaving] + [(Move.ENTERED, person) for person in entering]

        def change(person: Person) -> Change:
            return Change(Cause(CauseKind.POLICY, None, None, person.offender_id), as_of, None)

        return [
            self._transition(move, person, None, person, before.get(person.encoded, Standing(None, 0)), change(person))
            for move, person in moves
        ]

    def seat(self, persons: Iterable[Person]) -> None:
        """Ranks these people and nobody else; the members of the band stay who they are."""
        self._persons = {person.encoded: person for person in persons}
        for person in self._persons.values():
            person.standing_key = person.key(person.score, person.latest)
        self._order = SortedList(p.standing_key for p in self._persons.values() if p.standing_key is not None)
        self._note_edges()

    def _passes_no_edge(self, old: RankKey | None, new: RankKey | None) -> bool:
        """Whether a change cannot move anybody: it stays below the exit rank, or above the entry rank, throughout."""
        cut, last = self._edges
        if last is not None and (old is None or old > last) and (new is None or new > last):
            return True
        return cut is not None and old is not None and new is not None and old < cut and new < cut

    def _note_edges(self) -> None:
        """The last who may enter the band, and the last who may stay in it."""
        order, size, exit_rank = self._order, self.size, self.exit_rank
        cut = order[size - 1] if len(order) >= size else None
        self._edges = cut, order[exit_rank - 1] if len(order) >= exit_rank else None

    def align(self, changed: Person, standing: Standing, change: Change) -> list[Transition]:
        """Who leaves and who enters after a change; `standing` is what `place` answered."""
        leaving = self._leaving(changed)
        entering = next((person for person in self._around(self.size, changed) if self._must_enter(person)), None)
        moves = [(Move.LEFT, leaving, entering), (Move.ENTERED, entering, leaving)]
        return [
            self._transition(move, person, counterpart, changed, standing, change)
            for move, person, counterpart in moves
            if person is not None
        ]

    def _leaving(self, changed: Person) -> Person | None:
        return next(
            (person for person in self._around(self.exit_rank + 1, changed) if self._must_leave(person)),
            None,
        )

    def _around(self, rank: int, changed: Person) -> list[Person]:
        """Whom one change can carry across an edge: the changed person, and who stands there now."""
        return [changed, *(self._persons[key[ID_AT:]] for key in self._order[rank - 1 : rank])]

    def _must_leave(self, person: Person) -> bool:
        rank = self.rank_of(person)
        return person.offender_id in self.members and (rank is None or rank > self.exit_rank)

    def _must_enter(self, person: Person) -> bool:
        rank = self.rank_of(person)
        return person.offender_id not in self.members and rank is not None and rank <= self.size

    def _transition(
        self,
        move: Move,
        person: Person,
        other: Person | None,
        changed: Person,
        standing: Standing,
        change: Change,
    ) -> Transition:
        self.sequence += 1
        rank, entered, expected = self.rank_of(person), None, None
        if move is Move.ENTERED:
            rival = self._order[self.exit_rank] if len(self._order) > self.exit_rank else None
            expected = person.falls_below(rival)
            self.members[person.offender_id] = BandEntry(self.sequence, change.as_of)
        else:
            entered = self.members.pop(person.offender_id)
        own = person is changed
        shown, total = person.heaviest()
        previous_rank = None if rank is None else rank - 1 if move is Move.LEFT else rank + 1
        return Transition(
            sequence=self.sequence,
            move=move,
            offender_id=person.offender_id,
            rank=rank,
            score=person.score,
            previous=standing if own else Standing(previous_rank, person.score),
            cut=self._cut(),
            counterpart=other.offender_id if other else None,
            cause=change.cause if own else _for_other(change.cause, move),
            contributions=shown,
            contributions_total=total,
            expected_exit_at=expected,
            entered=entered,
            as_of=change.as_of,
            offset=change.offset,
        )

    def _cut(self) -> int | None:
        if len(self._order) < self.size:
            return None
        return self._persons[self._order[self.size - 1][ID_AT:]].score


def _for_other(cause: Cause, move: Move) -> Cause:
    kind = CauseKind.DISPLACEMENT if move is Move.LEFT else CauseKind.VACANCY
    return Cause(kind, cause.event_id, cause.offence_id, cause.offender_id)
