"""One offender as the reference engine remembers them: every offence, and what counts now."""

from collections.abc import Sequence

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
        self.steps: Sequence[Step] = [step for step in item.steps if step.until > as_of]

    @property
    def millidays(self) -> int:
        """What the present step counts."""
        return self.steps[0].millidays if self.steps else 0


RankKey = tuple[int, int, bytes]


class Person:
    """An offender with their offences by id."""

    __slots__ = ("due", "encoded", "offences", "offender_id", "score", "standing_key")

    def __init__(self, offender_id: str) -> None:
        self.offender_id = offender_id
        self.encoded = offender_id.encode()
        self.offences: dict[str, Offence] = {}
        self.score = 0
        self.due: int | None = None
        self.standing_key: RankKey | None = None

    def recount(self) -> None:
        """Brings score, next due instant and place in the order up to date with the offences."""
        counted = [offence for offence in self.offences.values() if offence.steps]
        self.score = sum(offence.steps[0].millidays for offence in counted)
        self.due = min((offence.steps[0].until for offence in counted), default=None)
        latest = max((offence.anchor_day for offence in counted), default=0)
        self.standing_key = self.key(self.score, latest)

    def key(self, score: int, latest_anchor_day: int) -> RankKey | None:
        """The place in the order: score, then latest anchor day, both descending, then id bytes."""
        return (-min(score, HIGHEST_RANKED), -latest_anchor_day, self.encoded) if score > 0 else None

    def end_steps(self, instant: int) -> list[tuple[int, str]]:
        """Ends every step due at `instant`; answers (fall in millidays, offence_id) of each."""
        falls = []
        for offence in self.offences.values():
            if offence.steps and offence.steps[0].until == instant:
                before = offence.millidays
                offence.steps = offence.steps[1:]
                falls.append((before - offence.millidays, offence.offence_id))
        return falls

    def heaviest(self) -> tuple[tuple[Counted, ...], int]:
        """The largest contributions that count now, and how many count."""
        counted = sorted(
            (offence for offence in self.offences.values() if offence.steps),
            key=lambda offence: (-offence.millidays, -offence.reported_at, offence.offence_id.encode()),
        )
        shown = tuple(
            Counted(
                offence.offence_id,
                offence.code,
                offence.millidays,
                offence.reported_at,
                offence.steps[0].until,
            )
            for offence in counted[:SHOWN]
        )
        return shown, len(counted)

    def falls_below(self, rival: RankKey | None) -> int | None:
        """The first own step end after which nothing counts, or `rival` stands before this person."""
        offences = [offence for offence in self.offences.values() if offence.steps]
        for instant in sorted({step.until for offence in offences for step in offence.steps}):
            score, latest = 0, 0
            for offence in offences:
                left = next((step for step in offence.steps if step.until > instant), None)
                if left is not None:
                    score += left.millidays
                    latest = max(latest, offence.anchor_day)
            key = self.key(score, latest)
            if key is None or (rival is not None and rival < key):
                return instant
        return None
