"""One offender as the reference engine remembers them: every offence, and what counts now."""

from collections.abc import Iterable, Sequence

from models.board import ContributionRow
from models.contribution import Contribution, Step
from models.transition import Counted

HIGHEST_RANKED = 2**36 - 1
"""Scores above it (millidays) rank alike: the live engine's key has 53 bits."""

SHOWN = 20


class Offence:
    """What is known of one offence: the highest revision, and the steps that are still to come."""

    __slots__ = ("anchor_day", "code", "offence_id", "reported_at", "revision", "steps")

    def __init__(self, item: Contribution, as_of: int) -> None:
        self.offence_id = item.offence_id
        self.revision = item.revision
        self.code = item.code
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


RankKey = bytes
"""Eight bytes that fall as score and latest anchor day rise, then the id: ascending, this is the rank order."""

ID_AT = 8
_DAYS = 2**17
"""More than there are days from 1900 to 2199."""


class Person:
    """An offender with their offences by id; `counted` are those of which a step is still to end."""

    __slots__ = ("counted", "due", "encoded", "latest", "offences", "offender_id", "score", "standing_key")

    def __init__(self, offender_id: str) -> None:
        self.offender_id = offender_id
        self.encoded = offender_id.encode()
        self.offences: dict[str, Offence] = {}
        self.counted: dict[str, Offence] = {}
        self.score = 0
        self.due: int | None = None
        self.latest = 0
        self.standing_key: RankKey | None = None

    def put(self, offence: Offence) -> None:
        """Takes in an offence or its next revision; counts all anew only where the old one was an edge."""
        old = self.counted.pop(offence.offence_id, None)
        self.offences[offence.offence_id] = offence
        if offence.steps:
            self.counted[offence.offence_id] = offence
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
        if score <= 0:
            return None
        place = (HIGHEST_RANKED - min(score, HIGHEST_RANKED)) * _DAYS + _DAYS - 1 - latest
        return place.to_bytes(ID_AT, "big") + self.encoded

    def end_steps(self, instant: int) -> list[tuple[int, str]]:
        """Ends every step due at `instant`; answers (fall in millidays, offence_id) of each."""
        ending = [offence for offence in self.counted.values() if offence.steps[0].until == instant]
        falls = []
        for offence in ending:
            before = offence.steps[0].millidays
            offence.steps = offence.steps[1:]
            falls.append((before - offence.millidays, offence.offence_id))
            if not offence.steps:
                del self.counted[offence.offence_id]
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

    def heaviest(self) -> tuple[tuple[Counted, ...], int]:
        """The largest contributions that count now, and how many count."""
        counted = sorted(self.counted.values(), key=_heaviest_first)
        shown = tuple(
            Counted(o.offence_id, o.code, o.millidays, o.reported_at, o.steps[0].until) for o in counted[:SHOWN]
        )
        return shown, len(counted)

    def falls_below(self, rival: RankKey | None) -> int | None:
        """The first own step end after which nothing counts, or `rival` stands before this person.

        Walked from the last end to the first: what counts after an end is what falls at the later ones.
        """
        falls: dict[int, int] = {}
        anchors: dict[int, int] = {}
        for offence in self.counted.values():
            following = 0
            for until, millidays in reversed(offence.steps):
                falls[until] = falls.get(until, 0) + millidays - following
                following = millidays
            last = offence.steps[-1].until
            anchors[last] = max(anchors.get(last, 0), offence.anchor_day)
        score, latest, first = 0, 0, None
        for instant in sorted(falls, reverse=True):
            key = self.key(score, latest)
            if key is None or (rival is not None and rival < key):
                first = instant
            score += falls[instant]
            latest = max(latest, anchors.get(instant, 0))
        return first


def persons_of(contributions: Iterable[Contribution], as_of: int) -> dict[str, Person]:
    """Everybody whom the contributions name, with what counts at `as_of` (microseconds)."""
    persons: dict[str, Person] = {}
    for item in contributions:
        person = persons.get(item.offender_id)
        if person is None:
            person = persons[item.offender_id] = Person(item.offender_id)
        person.put(Offence(item, as_of))
    return persons
