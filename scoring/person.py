"""One offender as the reference engine remembers them: every offence, and what counts now."""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import heappop, heappush
from itertools import groupby
from typing import Any, NamedTuple

from models.board import ContributionRow
from models.contribution import Contribution, Step
from models.journal.transition import ActiveContribution

HIGHEST_RANKED = 2**36 - 1
"""Scores above it (millidays) rank alike: the live engine's key has 53 bits."""

SHOWN = 20


class Offence:
    """What is known of one offence: the highest revision, and the steps that are still to come."""

    __slots__ = ("anchor_day", "code", "offence_id", "reported_at", "revision", "steps")

    def __init__(self, item: Contribution, as_of: int) -> None:
        self.offence_id = item.offence_id
        self.revision = item.revision
        self.code = item.weight.code
        self.reported_at = item.reported_at
        self.anchor_day = item.anchor_day
        self.steps: Sequence[Step] = item.steps
        while self.steps and self.steps[0].until <= as_of:
            self.steps = self.steps[1:]

    @property
    def millidays(self) -> int:
        """What the present step counts."""
        return self.steps[0].millidays if self.steps else 0

    def row(self) -> ContributionRow:
        """The line of this offence on its offender's page."""
        until = self.steps[0].until if self.steps else None
        return ContributionRow(
            self.offence_id,
            self.revision,
            self.code,
            self.millidays,
            self.reported_at,
            until,
            until is not None,
        )


def _heaviest_first(line: Offence | ContributionRow) -> tuple[int, int, bytes]:
    return -line.millidays, -line.reported_at, line.offence_id.encode()


def _next_end_first(offence: Offence) -> tuple[int, str]:
    return offence.steps[0].until, offence.offence_id


def _latest_anchor_first(offence: Offence) -> tuple[int, str]:
    return -offence.anchor_day, offence.offence_id


class _InOrder:
    """Offences in the order of a key that no two of them share."""

    __slots__ = ("_key", "_places")

    def __init__(self, key: Callable[[Offence], tuple[Any, ...]], offences: Iterable[Offence]) -> None:
        self._key = key
        self._places = sorted((key(offence), offence) for offence in offences)

    def __iter__(self) -> Iterator[Offence]:
        return (offence for _, offence in self._places)

    def first(self, count: int) -> list[Offence]:
        """No more than so many."""
        return [offence for _, offence in self._places[:count]]

    def add(self, offence: Offence) -> None:
        """Puts it in its place."""
        insort(self._places, (self._key(offence), offence))

    def remove(self, offence: Offence) -> None:
        """Takes it from the place that it has as it is now."""
        del self._places[bisect_left(self._places, (self._key(offence),))]


class _Orders(NamedTuple):
    by_weight: _InOrder
    by_end: _InOrder
    by_anchor: _InOrder


_End = tuple[int, int, str]
"""Of a step: when it ends, by how many millidays the score falls, and which offence has no step left ("": none)."""


def _instant_of(end: _End) -> int:
    return end[0]


RankKey = bytes
"""Eight bytes that fall as score and latest anchor day rise, then the id: ascending, this is the rank order."""

ID_AT = 8
_DAYS = 2**17
"""More than there are days from 1900 to 2199."""


class Person:
    """An offender with their offences by id; `counted` are those of which a step is still to end."""

    __slots__ = ("_orders", "counted", "due", "encoded", "latest", "offences", "offender_id", "score", "standing_key")

    def __init__(self, offender_id: str) -> None:
        self.offender_id = offender_id
        self.encoded = offender_id.encode()
        self.offences: dict[str, Offence] = {}
        self.counted: dict[str, Offence] = {}
        self.score = 0
        self.due: int | None = None
        self.latest = 0
        self.standing_key: RankKey | None = None
        self._orders: _Orders | None = None

    def put(self, offence: Offence) -> None:
        """Takes in an offence or its next revision; recounts all only where the old one was an edge."""
        old = self.counted.get(offence.offence_id)
        if old is not None:
            self._count_no_more(old)
        self.offences[offence.offence_id] = offence
        if offence.steps:
            self._count(offence)
        if old is not None and (old.steps[0].until == self.due or old.anchor_day == self.latest):
            self._recount()
            return
        if old is not None:
            self.score -= old.millidays
        if offence.steps:
            until, millidays = offence.steps[0]
            self.score += millidays
            self.due = until if self.due is None or until < self.due else self.due
            self.latest = max(self.latest, offence.anchor_day)

    def _count(self, offence: Offence) -> None:
        self.counted[offence.offence_id] = offence
        for order in self._orders or ():
            order.add(offence)

    def _count_no_more(self, offence: Offence) -> None:
        del self.counted[offence.offence_id]
        for order in self._orders or ():
            order.remove(offence)

    def _in_order(self) -> _Orders:
        """What counts, in its orders: kept from the first asking on; who never comes near the band has none."""
        if self._orders is None:
            keys = _heaviest_first, _next_end_first, _latest_anchor_first
            self._orders = _Orders(*(_InOrder(key, self.counted.values()) for key in keys))
        return self._orders

    def _recount(self) -> None:
        """Brings score, next due instant and latest anchor day up to date with the offences."""
        score, due, latest = 0, None, 0
        for offence in self.counted.values():
            until, millidays = offence.steps[0]
            score += millidays
            if due is None or until < due:
                due = until
            latest = max(latest, offence.anchor_day)
        self.score, self.due, self.latest = score, due, latest

    def key(self, score: int, latest: int) -> RankKey | None:
        """The place in the order: score, then latest anchor day, both descending, then id bytes."""
        return self._place(score, latest) if score > 0 else None

    def _place(self, score: int, latest: int) -> RankKey:
        place = (HIGHEST_RANKED - min(score, HIGHEST_RANKED)) * _DAYS + _DAYS - 1 - latest
        return place.to_bytes(ID_AT, "big") + self.encoded

    def end_steps(self, instant: int) -> list[tuple[int, str]]:
        """Ends every step due at `instant`; answers (fall in millidays, offence_id) of each."""
        ending = [offence for offence in self.counted.values() if offence.steps[0].until == instant]
        falls = []
        for offence in ending:
            self._count_no_more(offence)
            before = offence.steps[0].millidays
            offence.steps = offence.steps[1:]
            falls.append((before - offence.millidays, offence.offence_id))
            if offence.steps:
                self._count(offence)
        self._recount()
        return falls

    def steps_due(self, instant: int) -> int:
        """How many steps end up to an instant."""
        count = 0
        for offence in self.counted.values():
            for step in offence.steps:
                if step.until > instant:
                    break
                count += 1
        return count

    def rows(self) -> list[ContributionRow]:
        """Every offence, the heaviest first, as the board shows it."""
        return sorted((offence.row() for offence in self.offences.values()), key=_heaviest_first)

    def heaviest(self) -> tuple[tuple[ActiveContribution, ...], int]:
        """The largest contributions that count now, and how many count."""
        heaviest = self._in_order().by_weight.first(SHOWN)
        shown = tuple(
            ActiveContribution(o.offence_id, o.code, o.millidays, o.reported_at, o.steps[0].until) for o in heaviest
        )
        return shown, len(self.counted)

    def falls_below(self, rival: RankKey | None) -> int | None:
        """The first own step end after which nothing counts, or `rival` stands before this person."""
        coming = self.coming_keys()
        return next((at for at, _, key in coming if key is None or (rival is not None and rival < key)), None)

    def coming_keys(self) -> Iterator[tuple[int, int, RankKey | None]]:
        """After each own step end, in order: its instant, the score, and the rank key; None where nothing counts."""
        score, over, anchors = self.score, set[str](), iter(self._in_order().by_anchor)
        latest = next(anchors, None)
        for instant, ends in groupby(self._coming_ends(), key=_instant_of):
            for _, fall, offence_over in ends:
                score -= fall
                over.add(offence_over)
            while latest is not None and latest.offence_id in over:
                latest = next(anchors, None)
            yield instant, score, None if latest is None else self._place(score, latest.anchor_day)

    def _coming_ends(self) -> Iterator[_End]:
        """Of all steps, in order of time. A caller that needs the first ones looks at no others, however many count."""
        later: list[tuple[int, str, int]] = []
        for offence in self._in_order().by_end:
            while later and later[0][0] < offence.steps[0].until:
                yield self._end_of(*heappop(later), later)
            yield self._end_of(offence.steps[0].until, offence.offence_id, 0, later)
        while later:
            yield self._end_of(*heappop(later), later)

    def _end_of(self, until: int, offence_id: str, number: int, later: list[tuple[int, str, int]]) -> _End:
        """The end of an offence's step of that number; if another step follows, the heap `later` gets its end."""
        steps = self.counted[offence_id].steps
        if number + 1 == len(steps):
            return until, steps[number].millidays, offence_id
        heappush(later, (steps[number + 1].until, offence_id, number + 1))
        return until, steps[number].millidays - steps[number + 1].millidays, ""


def persons_of(contributions: Iterable[Contribution], as_of: int) -> dict[str, Person]:
    """Everybody whom the contributions name, with what counts at `as_of` (microseconds)."""
    persons: dict[str, Person] = {}
    for item in contributions:
        person = persons.get(item.offender_id)
        if person is None:
            person = persons[item.offender_id] = Person(item.offender_id)
        person.put(Offence(item, as_of))
    return persons


def revisions_of(persons: Mapping[str, Person]) -> dict[tuple[str, str], int]:
    """The highest known revision of each offence, by offender and offence."""
    return {
        (offender_id, offence_id): offence.revision
        for offender_id, person in persons.items()
        for offence_id, offence in person.offences.items()
    }
