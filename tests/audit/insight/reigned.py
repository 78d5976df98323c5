"""A world by brute force under policies that follow one another."""

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from models.clock import ClockMode
from scoring.engine import Engine
from tests.audit.brute import DAY, Rules, World
from tests.audit.drawn import HOUR, policy_of, reports, rules
from tests.audit.one_instant import Drawn, Written


def holds_from(winners: list[dict[str, Any]], rules: Rules) -> int:
    """From when on the last of an offence's revisions holds under a policy."""
    found = 0
    for number, one in enumerate(winners):
        own = min(one[rules.anchor], one["recorded_at"])
        found = own if number == 0 or rules.steps(one) else min(own, found)
    return found


@dataclass
class Reigned:
    """A history under several policies: since when each of them was in force, and the board as it was live."""

    reigns: list[tuple[int, Rules]]
    versions: list[str]
    told: list[dict[str, Any]]
    now: int
    live: World
    written: Written = field(repr=False)

    def rules_at(self, at: int) -> Rules:
        return next(rules for since, rules in reversed(self.reigns) if since <= at)

    def known(self, known_at: int) -> dict[tuple[str, str], list[dict[str, Any]]]:
        """Of every offence the revisions that each were the highest when they were told."""
        found: dict[tuple[str, str], list[dict[str, Any]]] = {}
        for one in self.told:
            winners = found.setdefault((one["offender_id"], one["offence_id"]), [])
            is_taken = self.rules_when_told(one).knows(one) and one["recorded_at"] <= known_at
            if is_taken and (not winners or winners[-1]["revision"] < one["revision"]):
                winners.append(one)
        return {key: winners for key, winners in found.items() if winners}

    def rules_when_told(self, one: dict[str, Any]) -> Rules:
        """What is told at the instant of an activation is told after it here."""
        return self.rules_at(one["recorded_at"])

    def world(self, at: int, known_at: int) -> World:
        """What held at an instant by what was known at another."""
        world = World(self.rules_at(at), now=at)
        for key, winners in self.known(known_at).items():
            if holds_from(winners, world.rules) <= at:
                world.known[key], world.ended[key[0]] = winners[-1], at
        return world

    def ranking(self, at: int, known_at: int) -> dict[str, tuple[int, int]]:
        """Rank and score of everybody in it."""
        return self.world(at, known_at).ranking()

    def own(self, who: str, at: int, known_at: int) -> dict[str, tuple[int, int]]:
        """Of each crime of somebody that counts in it the days, and the day that breaks ties."""
        return {crime: (days, day) for crime, (days, _, day) in self.world(at, known_at).counted(who).items()}

    def full_since(self) -> int | None:
        """When so many were in the band for the first time as it takes in."""
        people = 0
        for move in self.live.moves:
            people += 1 if move.came_in else -1
            if people >= self.rules_at(move.at).size:
                return move.at
        return None

    def band(self, at: int, known_at: int) -> set[str]:
        return {who for who, (rank, _) in self.ranking(at, known_at).items() if rank <= self.rules_at(at).size}

    def all_unassessed(self, until: int, known_at: int) -> list[tuple[str, int]]:
        """By the version of each policy, how many offences it could not assess while it was in force."""
        found = []
        ends = [since for since, _ in self.reigns[1:]] + [until + 1]
        for version, (since, known), end in zip(self.versions, self.reigns, ends, strict=True):
            count = sum(
                not known.knows(winners[-1]) and holds_from(winners, known) < min(end, until + 1)
                for winners in self.known(known_at).values()
            )
            found += [(version, count)] if count and since <= until else []
        return found

    def instants(self) -> list[int]:
        """All at which anything may change, and shortly before and after."""
        found = {since for since, _ in self.reigns[1:]} | {self.now}
        for one in self.told:
            anchors = {one["recorded_at"], one["reported_at"], one["occurred_at"]}
            ends = {until for _, rules in self.reigns for until, _ in rules.steps(one)}
            found |= anchors | ends
        first = self.told[0]["recorded_at"]
        return sorted(at for at in found if first <= at <= self.now)


@st.composite
def reigned(draw: st.DrawFn) -> Reigned:
    """Two activations, the first of which adds a code, anywhere in the history; also between what one instant tells."""
    told, known = draw(reports()), [draw(rules(exact=True)), *(draw(rules(more=True, exact=True)) for _ in range(2))]
    last = told[-1]["recorded_at"]
    moments = sorted({told[0]["recorded_at"] + HOUR, last + HOUR} | {one["recorded_at"] + HOUR // 2 for one in told})
    activated = sorted(draw(st.lists(st.sampled_from(moments), min_size=1, max_size=2, unique=True)))
    reigns, versions = [(0, known[0])], ["first"]
    written, live = Written(ClockMode.WALL, policy_of(known[0], "first")), World(known[0])
    events: list[tuple[int, int, int]] = [(one["recorded_at"], 1, number) for number, one in enumerate(told)]
    events += [(at, 0, number) for number, at in enumerate(activated, 1)]
    for at, is_report, number in sorted(events):
        if is_report:
            written.tell(at, [Drawn(told[number])])
            live.tell(told[number], at)
        elif written.activate(at, policy_of(known[number], str(number))):
            reigns.append((at, known[number]))
            versions.append(str(number))
            live.activate(known[number], at)
    now = max(last, activated[-1]) + draw(st.sampled_from([HOUR, 2 * DAY, 6 * DAY]))
    written.pass_time(now)
    assert written.engine.tick(now, limit=0) is None
    written.recover()
    live.pass_time(now)
    return Reigned(reigns, versions, told, now, live, written)


def ranked(engine: Engine) -> dict[str, tuple[int, int]]:
    return {row.offender_id: (row.rank, row.score) for row in engine.board(1_000)}


def members(engine: Engine) -> set[str]:
    return {row.offender_id for row in engine.board(1_000) if row.in_band}
