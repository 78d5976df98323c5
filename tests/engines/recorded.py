"""Three long histories, drawn from a seed and not from a clock: who changes the house replays them to the byte.

Each has what a short one seldom meets: a thousand ends at one instant, ties of score and day, corrections,
withdrawals, refusals, an activation, a band that fills and empties.
"""

import hashlib
import random
from collections.abc import Iterator
from dataclasses import dataclass

from models.alert import PolicyOut, make_alert, make_baseline, wire_bytes
from models.answers import DrainFirst
from models.clock import ClockMode
from models.contribution import Contribution, Refusal, Run, Step, Weight
from models.identifying import sealed_alert, sealed_baseline
from models.instants import DAY, parse_instant
from models.journal.entry import FIRST_PREVIOUS_HASH, chain
from models.journal.transition import Entry
from models.key_store import Key
from scoring.engine import Engine
from sealing.cipher import Cipher
from tests.engines.repeating import Activated, Told

START = parse_instant("2024-02-26T00:00:00Z")
HOUR, MINUTE = DAY // 24, DAY // 1440
ENTRIES = 50_000
TOGETHER = 1_001
SIZE, EXIT_RANK = 100, 120
POLICY = PolicyOut(id="recorded", version="1", digest="0" * 64)
WORTHS = (500, 1_000, 1_000, 1_000, 5_000, 182_500, 2_500_000)
LIMIT = 500


@dataclass(frozen=True)
class Recorded:
    """What a history is drawn from; `sealed`: its journal and alerts are."""

    name: str
    clock: ClockMode
    seed: int
    activations: int = 0
    sealed: bool = False


class Drawn:
    """A history on the reference engine: entries, and what their repetition has to be given."""

    def __init__(self, recorded: Recorded) -> None:
        self.recorded = recorded
        self.ends = {0: 400, 1: 300}
        self.engine = Engine(SIZE, EXIT_RANK, recorded.clock, START, self.ends)
        self._chance = random.Random(recorded.seed)
        self._offsets = {0: 0, 1: 0}
        self._now: int = START
        self._in_force: dict[tuple[str, str], Contribution] = {}

    def entries(self, count: int) -> Iterator[tuple[Entry, Told]]:
        """So many entries behind the founding."""
        yield self.engine.found("{}"), None
        yield self.engine.recover("{}"), None
        activate_at = {(one + 1) * count // (self.recorded.activations + 1) for one in range(self.recorded.activations)}
        together_at = {count // 5, count // 2}
        while self.engine.entry < count:
            due = self.engine.entry
            self._now += self._chance.choice([0, 0, 1, MINUTE, MINUTE, 10 * MINUTE])
            if activate_at and due >= min(activate_at):
                activate_at.remove(min(activate_at))
                yield self._activated()
            elif together_at and due >= min(together_at):
                together_at.remove(min(together_at))
                yield from self._applied(self._many_ends_at_one_instant())
            elif self._chance.random() < 0.3:
                yield from self._ticked()
            else:
                yield from self._applied([self._item() for _ in range(self._chance.choice([0, 1, 1, 1, 2, 5]))])

    def _ticked(self) -> Iterator[tuple[Entry, Told]]:
        wall = self.recorded.clock is ClockMode.WALL
        if (
            entry := self.engine.tick(self._now if wall else self.engine.as_of, heartbeat_us=HOUR if wall else None)
        ) is not None:
            yield entry, None

    def _applied(self, items: list[Contribution]) -> Iterator[tuple[Entry, Told]]:
        partition = self._chance.randrange(2)
        start = self._offsets[partition]
        items = [
            item._replace(offset=start + place, event_id=f"e-{partition}-{start + place}")
            for place, item in enumerate(items)
        ]
        end = start + len(items)
        refusals = (Refusal(end, "not_valid", 'a "quoted" detail ä'),) if self._chance.random() < 0.02 else ()
        end += len(refusals)
        digest = hashlib.sha256(f"{partition} {start} {end}".encode()).hexdigest()
        run = Run(partition, start, end, digest, tuple(items), refusals)
        now = self._now if self.recorded.clock is ClockMode.WALL else None
        entry = self.engine.apply(run, now, LIMIT)
        if isinstance(entry, DrainFirst):
            target = now or max(item.recorded_at for item in items)
            ticked = self.engine.tick(target)
            assert ticked is not None
            yield ticked, None
            entry = self.engine.apply(run, now, LIMIT)
        assert isinstance(entry, Entry)
        self._offsets[partition] = end
        for item in items:
            known = self._in_force.setdefault((item.offender_id, item.offence_id), item)
            if item.revision > known.revision:
                self._in_force[item.offender_id, item.offence_id] = item
        yield entry, run

    def _item(self) -> Contribution:
        chance, recorded_at = self._chance, self._now - self._chance.choice([0, 0, 0, MINUTE, 3 * HOUR])
        who = f"p{min(chance.randrange(3_000), chance.randrange(3_000)):04d}"
        kind = chance.choice(["offence.reported"] * 8 + ["offence.amended", "offence.withdrawn"])
        revision = 1 if kind == "offence.reported" else chance.randrange(2, 6)
        anchor = (recorded_at - chance.randrange(3) * DAY) // HOUR * HOUR
        steps = () if kind == "offence.withdrawn" else self._steps()
        return Contribution(
            0,
            "",
            kind,
            who,
            f"{who}-o{chance.randrange(4)}",
            revision,
            recorded_at,
            recorded_at,
            anchor,
            Weight("19C.1.1", steps),
        )

    def _steps(self) -> tuple[Step, ...]:
        worth, lasts = self._chance.choice(WORTHS), self._chance.choice([1, 3, 10, 30]) * DAY
        return (Step(lasts, worth),) if worth < 5_000 else (Step(lasts // 2, worth), Step(lasts, worth // 2))

    def _many_ends_at_one_instant(self) -> list[Contribution]:
        weight = Weight("104.25", (Step(5 * DAY, 7_000),))
        recorded_at, anchor = self._now, self._now // HOUR * HOUR
        return [
            Contribution(
                0, "", "offence.reported", f"m{one:04d}", f"m{one}", 1, recorded_at, recorded_at, anchor, weight
            )
            for one in range(TOGETHER)
        ]

    def _activated(self) -> tuple[Entry, Told]:
        """Another policy: a third of the harm weighs double, and the band is of another size."""
        items = [
            item._replace(weight=Weight(item.code, tuple(Step(until, worth * 2) for until, worth in item.weight.steps)))
            if len(item.offender_id) % 2 and item.revision == 1
            else item
            for item in self._in_force.values()
        ]
        told = Activated(SIZE - 20, EXIT_RANK - 20, items, '{"policy": 2}')
        return self.engine.activate(told.size, told.exit_rank, items, told.body), told


def digest_of(recorded: Recorded, entries: Iterator[tuple[Entry, Told]]) -> str:
    """SHA-256 (hex) over every byte of the journal and of the alerts of a history."""
    digest, head = hashlib.sha256(), FIRST_PREVIOUS_HASH
    seal = sealed_by_name if recorded.sealed else None
    for entry, _ in entries:
        published = chain(entry, "b", recorded.clock, POLICY.digest, head, seal)
        head = published.hash
        digest.update(wire_bytes(published))
        for change in entry.transitions:
            alert = make_alert(change, "b", POLICY, "offences.v1", entry.partition)
            digest.update(wire_bytes(alert if seal is None else sealed_alert(alert, seal)))
        if entry.baseline is not None:
            event = make_baseline(entry.baseline, "b", POLICY)
            digest.update(wire_bytes(event if seal is None else sealed_baseline(event, seal)))
    return digest.hexdigest()


def sealed_by_name(place: str, person: str, text: str) -> str:
    """A seal whose keys follow from the ids, so that its bytes can be recorded; nobody who publishes may use such."""
    secret = hashlib.sha256(person.encode()).digest()
    return Cipher(Key(secret)).seal(place, text)


HISTORIES = (
    Recorded("by the wall, with two activations", ClockMode.WALL, seed=1, activations=2),
    Recorded("by the events", ClockMode.EVENT, seed=2),
    Recorded("by the events, sealed, with two activations", ClockMode.EVENT, seed=3, activations=2, sealed=True),
)
