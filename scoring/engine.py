"""The reference engine: a board in plain Python, for replay; it shares no code with the live Lua."""

import json
from collections.abc import Iterable, Mapping

from sortedcontainers import SortedList

from models.answers import STANDS_BEFORE, Ahead, DrainFirst, Rewind
from models.board import BoardRow, OffenderView
from models.clock import ClockMode
from models.contribution import Contribution, Run
from models.errors import BrokenInvariant
from models.instants import EARLIEST
from models.journal.transition import Baseline, Cause, CauseKind, Entry, EntryKind, Standing, Transition
from scoring.band import Band, Change
from scoring.person import Offence, Person, RankKey, persons_of, revisions_of

_CAUSES = {
    "offence.reported": CauseKind.OFFENCE,
    "offence.amended": CauseKind.AMENDMENT,
    "offence.withdrawn": CauseKind.WITHDRAWAL,
}


ALL_THAT_IS_DUE = None
"""The limit of a tick that looks ahead or back: everything ends, and the now moves."""

NOTHING_MAY_END = 0
"""That of a repetition between two entries: time has passed in ticks that left no entry, and the now moves."""


class Engine:
    """One board. `ends`: the offsets that every partition must reach before the baseline (see Baseline)."""

    def __init__(
        self,
        size: int,
        exit_rank: int,
        clock: ClockMode,
        alerts_after: int | None = None,
        ends: Mapping[int, int] | None = None,
    ) -> None:
        self.ledger: dict[int, int] = {}
        self.as_of = EARLIEST
        self.entry = 0
        self._entry_as_of = EARLIEST
        self._clock = clock
        self._alerts_after = alerts_after
        self._missing = dict(ends or {}) if alerts_after is not None else None
        self._band = Band(size, exit_rank)
        self._persons: dict[str, Person] = {}
        self._due: SortedList[tuple[int, bytes, str]] = SortedList()
        self._transitions: list[Transition] = []
        self._drained = 0
        self._baseline: Baseline | None = None

    @property
    def sequence(self) -> int:
        """The number of the newest transition."""
        return self._band.sequence

    def found(self, body: str) -> Entry:
        """The first entry."""
        return self._write(EntryKind.POLICY, body=body)

    def activate(self, size: int, exit_rank: int, contributions: Iterable[Contribution], body: str) -> Entry:
        """The entry of another policy: `contributions` are everything known, assessed under it.

        Raises BrokenInvariant when they are not, offence by offence, the revisions that this board knows.
        """
        persons = persons_of(contributions, self.as_of)
        if revisions_of(persons) != revisions_of(self._persons):
            raise BrokenInvariant("what was reassessed is not what the board knows")
        self._persons = persons
        self._due = SortedList((p.due, p.encoded, p.offender_id) for p in persons.values() if p.due is not None)
        self._transitions += self._band.reassess(persons.values(), size, exit_rank, self.as_of)
        return self._write(EntryKind.POLICY, body=body)

    def recover(self, body: str) -> Entry:
        """An entry of a recovery; it changes nothing else."""
        return self._write(EntryKind.RECOVERY, body=body)

    def accept(self, body: str) -> Entry:
        """An entry of a person's acceptance of refusals; it changes nothing else."""
        return self._write(EntryKind.ACCEPTANCE, body=body)

    def apply(self, run: Run, now: int | None = None, limit: int | None = None) -> Entry | Ahead | Rewind | DrainFirst:
        """Applies a run; in wall mode everything at `now` (microseconds). DrainFirst where `limit` ends are too few."""
        ledger = self.ledger.get(run.partition, 0)
        if ledger > run.start:
            return Ahead(ledger)
        if ledger < run.start:
            return STANDS_BEFORE
        latest = self._latest(run, now)
        if limit is not None and self._is_more_due(latest, limit):
            return DrainFirst()
        self._advance(latest if self._clock is ClockMode.WALL else self.as_of)
        for item in run.contributions:
            self._pass(run.partition, item.offset)
            if self._clock is ClockMode.EVENT and item.recorded_at > self.as_of:
                self._advance(item.recorded_at)
            self._take(item)
        self._pass(run.partition, run.end)
        return self._write(EntryKind.RUN, run=run)

    def tick(self, target: int, limit: int | None = ALL_THAT_IS_DUE, heartbeat_us: int | None = None) -> Entry | None:
        """Lets time pass until nothing is due any more up to `target`, or `limit` ends are worked off; None: no entry.

        A limit is for a caller that repeats a tick, or wants every change by itself. How many ends a tick takes is
        decided by who runs live, and stands in its entry. By the events' clock a tick of so many that ends nothing
        moves nothing: it leaves no entry, and the run behind it would not tell where the board's now stood.
        """
        target, by_itself = max(target, self.as_of), limit in (ALL_THAT_IS_DUE, NOTHING_MAY_END)
        if self._drain(target, limit) and (by_itself or self._clock is ClockMode.WALL or self._drained):
            self.as_of = target
        self._look_for_baseline()
        if self._drained or self._baseline:
            return self._write(EntryKind.TICK)
        if heartbeat_us is not None and self.as_of - self._entry_as_of >= heartbeat_us:
            return self._write(EntryKind.HEARTBEAT)
        return None

    @property
    def members(self) -> frozenset[str]:
        """Who is in the band."""
        return frozenset(self._band.members)

    def knows(self, offender_id: str, offence_id: str) -> bool:
        """Whether anything was reported of an offence, withdrawn or not."""
        person = self._persons.get(offender_id)
        return person is not None and offence_id in person.offences

    def board(self, top: int, first: int = 1) -> list[BoardRow]:
        """So many of the ranking, from the rank `first` on."""
        rows = []
        for rank, person in enumerate(self._band.top(top, first), first):
            since = self._band.members.get(person.offender_id)
            since_us = since.as_of if since else None
            rows.append(BoardRow(rank, person.offender_id, person.score, since is not None, since_us))
        return rows

    def offender(self, offender_id: str) -> OffenderView:
        """One person with every offence known of them, the heaviest first."""
        person = self._persons.get(offender_id) or Person(offender_id)
        since = self._band.members.get(offender_id)
        rank = self._band.rank_of(person)
        since_us, entered = (since.as_of, since.sequence) if since else (None, None)
        return OffenderView(offender_id, rank, person.score, since is not None, since_us, person.rows(), entered)

    def person(self, offender_id: str) -> Person:
        """One person as the engine remembers them; nothing may be changed of it."""
        return self._persons.get(offender_id) or Person(offender_id)

    def before(self, key: RankKey) -> list[Person]:
        """Who stands before a rank key, in rank order; nothing may be changed of them."""
        return self._band.before(key)

    @property
    def edges(self) -> tuple[int, int]:
        """Up to which rank one enters the band, and up to which one stays in it."""
        return self._band.size, self._band.exit_rank

    def standing(self, offender_id: str) -> Standing:
        """Rank and score of one person now."""
        person = self._persons.get(offender_id) or Person(offender_id)
        return Standing(self._band.rank_of(person), person.score)

    def rank_if(self, offender_id: str, score: int, latest: int) -> int | None:
        """The rank of a person if they had this score and latest anchor day; it changes nothing."""
        return self._band.rank_if(self._persons.get(offender_id) or Person(offender_id), score, latest)

    def rank_keys(self, count: int) -> list[RankKey]:
        """Of so many, in rank order."""
        return self._band.rank_keys(count)

    @property
    def known(self) -> int:
        """How many people were reported, ranked or not."""
        return len(self._persons)

    @property
    def ranked(self) -> int:
        """How many people are ranked."""
        return self._band.ranked

    @property
    def next_due(self) -> int | None:
        """The instant at which the next step of anybody ends; None when nothing is to end."""
        return self._due[0][0] if self._due else None

    def next_ends(self, count: int) -> list[tuple[int, bytes]]:
        """The instant of the next step that ends, and the person's id: of so many people, in order."""
        return [(due, encoded) for due, encoded, _ in self._due[:count]]

    def _latest(self, run: Run, now: int | None) -> int:
        if self._clock is ClockMode.WALL and now is not None:
            return max(self.as_of, now)
        return max([self.as_of, *(item.recorded_at for item in run.contributions)])

    def _is_more_due(self, instant: int, limit: int) -> bool:
        steps = 0
        for due, _, offender_id in self._due:
            if due > instant or steps > limit:
                break
            steps += self._persons[offender_id].steps_due(instant)
        return steps > limit

    def _take(self, item: Contribution) -> None:
        person = self._persons.get(item.offender_id)
        if person is None:
            person = self._persons[item.offender_id] = Person(item.offender_id)
        known = person.offences.get(item.offence_id)
        if known is not None and known.revision >= item.revision:
            return
        score, due = person.score, person.due
        person.put(Offence(item, self.as_of))
        if person.due != due:
            if due is not None:
                self._due.remove((due, person.encoded, person.offender_id))
            self._await(person)
        before = self._band.place(person, score)
        if before is not None:
            cause = Cause(_CAUSES[item.kind], item.event_id, item.offence_id, item.offender_id)
            self._transitions += self._band.align(person, before, Change(cause, self.as_of, item.offset))

    def _await(self, person: Person) -> None:
        if person.due is not None:
            self._due.add((person.due, person.encoded, person.offender_id))

    def _advance(self, instant: int) -> None:
        self._drain(instant)
        self.as_of = instant
        self._look_for_baseline()

    def _drain(self, instant: int, limit: int | None = None) -> bool:
        """Works off what is due up to `instant`, in order; True when nothing is left."""
        while self._due and self._due[0][0] <= instant:
            if limit is not None and self._drained >= limit:
                return False
            due, _, offender_id = self._due.pop(0)
            self.as_of = max(self.as_of, due)
            person = self._persons[offender_id]
            score, falls = person.score, person.end_steps(due)
            self._drained += len(falls)
            self._await(person)
            before = self._band.place(person, score)
            if before is not None:
                _, offence_id = min(falls, key=lambda fall: (-fall[0], fall[1].encode()))
                cause = Cause(CauseKind.EXPIRY, None, offence_id, offender_id)
                self._transitions += self._band.align(person, before, Change(cause, self.as_of, None))
            self._look_for_baseline()
        return True

    def _pass(self, partition: int, position: int) -> None:
        self.ledger[partition] = position
        self._look_for_baseline()

    def _look_for_baseline(self) -> None:
        if self._missing is None or self._alerts_after is None or self.as_of <= self._alerts_after:
            return
        if all(self.ledger.get(partition, 0) >= end for partition, end in self._missing.items()):
            self._baseline = Baseline(self.sequence, self.as_of, self._band.band())
            self._missing = None

    def _write(self, kind: EntryKind, run: Run | None = None, body: str | None = None) -> Entry:
        self.entry += 1
        self._entry_as_of = self.as_of
        refusals = [[item.offset, item.reason, item.detail] for item in run.refusals] if run else []
        entry = Entry(
            number=self.entry,
            kind=kind,
            as_of=self.as_of,
            drained=self._drained,
            partition=run.partition if run else None,
            start=run.start if run else None,
            end=run.end if run else None,
            digest=run.digest if run else None,
            refusals=json.dumps(refusals, ensure_ascii=False, separators=(",", ":")),
            transitions=tuple(self._transitions),
            baseline=self._baseline,
            body=body,
        )
        self._transitions, self._drained, self._baseline = [], 0, None
        return entry
