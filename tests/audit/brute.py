"""A board by brute force: everything is counted again after every change; it shares no code with the service."""

import copy
from dataclasses import dataclass, field
from itertools import count
from typing import Any

DAY = 86_400_000_000


@dataclass(frozen=True)
class Rules:
    """A policy in plain values."""

    size: int
    exit_rank: int
    anchor: str
    recency: tuple[tuple[int, int], ...]
    status: dict[str, int]
    index: dict[str, int]
    victim_sex: frozenset[str]

    def steps(self, report: dict[str, Any]) -> list[tuple[int, int]]:
        """Until when a report counts how much."""
        if report["type"] == "offence.withdrawn" or report["victim_sex"] not in self.victim_sex:
            return []
        weight = self.index.get(report["code"], 0) * self.status.get(report["status"], 0)
        found = [(report[self.anchor] + days * DAY, weight * percent // 10_000) for days, percent in self.recency]
        return [(until, millidays) for until, millidays in found if millidays]

    def knows(self, report: dict[str, Any]) -> bool:
        """Whether it can be assessed at all."""
        return report["type"] == "offence.withdrawn" or (
            report["code"] in self.index and report["status"] in self.status
        )


@dataclass(frozen=True)
class Moved:
    """Somebody who came in or went out, and what did it."""

    who: str
    came_in: bool
    at: int
    kind: str
    changed: str
    crimes: tuple[str, ...]


@dataclass
class World:
    """A board; it stands still once `stop` people have moved (and whoever moved by the same change)."""

    rules: Rules
    stop: int | None = None
    now: int = 0
    known: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    ended: dict[str, int] = field(default_factory=dict)
    members: dict[str, int] = field(default_factory=dict)
    moves: list[Moved] = field(default_factory=list)
    before: dict[str, tuple[int, int]] = field(default_factory=dict)
    heard: list[dict[str, Any]] = field(default_factory=list)

    @property
    def stopped(self) -> bool:
        return self.stop is not None and len(self.moves) >= self.stop

    def counted(self, who: str) -> dict[str, tuple[int, int, int]]:
        """Of each crime that counts its days, until when, and the day that breaks ties."""
        found = {}
        for (offender, crime), report in self.known.items():
            coming = [step for step in self.rules.steps(report) if step[0] > self.ended.get(who, 0)]
            if offender == who and coming:
                found[crime] = coming[0][1], coming[0][0], report[self.rules.anchor] // DAY
        return found

    def ranking(self) -> dict[str, tuple[int, int]]:
        """Rank and score of everybody who has one, in order."""
        scores = {}
        for who in {offender for offender, _ in self.known}:
            lines = self.counted(who).values()
            if lines:
                scores[who] = -sum(line[0] for line in lines), -max(line[2] for line in lines)
        order = sorted(scores, key=lambda who: (*scores[who], who.encode()))
        return {who: (rank, -scores[who][0]) for rank, who in enumerate(order, 1)}

    def standing(self, who: str) -> tuple[int | None, int]:
        return self.ranking().get(who, (None, 0))

    def pass_time(self, to: int) -> None:
        while not self.stopped:
            ends = [
                (until, who.encode(), who, crime)
                for (who, crime), report in self.known.items()
                for until, _ in self.rules.steps(report)
                if self.ended.get(who, 0) < until <= to
            ]
            if not ends:
                break
            until, _, who, _ = min(ends)
            self.before, self.now = self.ranking(), until
            self.ended[who] = until
            crimes = tuple(crime for at, _, other, crime in ends if (at, other) == (until, who))
            self.align("expiry", who, crimes)
        if not self.stopped:
            self.now = max(self.now, to)

    def tell(self, report: dict[str, Any], at: int) -> None:
        self.pass_time(at)
        key = report["offender_id"], report["offence_id"]
        if self.stopped:
            return
        self.heard.append(report)
        is_known = key in self.known and self.known[key]["revision"] >= report["revision"]
        if is_known or not self.rules.knows(report):
            return
        self.before = self.ranking()
        self.known[key], self.ended[key[0]] = report, at
        self.align(report["type"].removeprefix("offence."), key[0], (key[1],))

    def activate(self, rules: Rules, at: int) -> None:
        self.pass_time(at)
        if self.stopped:
            return
        self.before, self.rules = self.ranking(), rules
        self.ended = {who: at for who, _ in self.known}
        self.align("policy", "", ())

    def align(self, kind: str, changed: str, crimes: tuple[str, ...]) -> None:
        ranks = {who: rank for who, (rank, _) in self.ranking().items()}
        leaving = [who for who in self.members if ranks.get(who, DAY) > self.rules.exit_rank]
        for who in sorted(leaving, key=lambda who: (ranks.get(who, DAY), who.encode())):
            del self.members[who]
            self.moves.append(Moved(who, False, self.now, kind, changed, crimes))
        for who, rank in ranks.items():
            if rank <= self.rules.size and who not in self.members:
                self.members[who] = self.now
                self.moves.append(Moved(who, True, self.now, kind, changed, crimes))

    def without(self, who: str, crime: str) -> "World":
        other = copy.deepcopy(self)
        del other.known[who, crime]
        return other

    def rank_with(self, who: str, millidays: int) -> int:
        """The rank with one more crime of so many days, as of now."""
        other = copy.deepcopy(self)
        other.rules.index["more"] = millidays
        report = {
            "type": "offence.reported", "victim_sex": min(self.rules.victim_sex), "code": "more", "status": "whole",
            "reported_at": self.now, "occurred_at": self.now, "revision": 1,
        }  # fmt: skip
        other.rules.status["whole"] = 100
        other.known[who, "one more"] = report
        rank, _ = other.standing(who)
        assert rank is not None
        return rank

    def alone_until(self, who: str) -> int:
        """When a member would leave if nobody else changed."""
        other = copy.deepcopy(self)
        ends = sorted({until for (offender, _), one in self.known.items() if offender == who
                       for until, _ in self.rules.steps(one) if until > self.ended[who]})  # fmt: skip
        for until in ends:
            other.ended[who] = until
            rank, _ = other.standing(who)
            if rank is None or rank > self.rules.exit_rank:
                return until
        raise AssertionError("everything ends")


def path(world: World, who: str) -> list[tuple[int, int, int | None, bool]]:
    """The present and every change of score or membership, if nothing is reported: (at, score, rank, in band)."""
    world, found = copy.deepcopy(world), list[tuple[int, int, int | None, bool]]()
    ends = {until for one in world.known.values() for until, _ in world.rules.steps(one) if until > world.now}
    for at in [world.now, *sorted(ends)]:
        world.pass_time(at)
        rank, score = world.standing(who)
        if not found or (found[-1][1], found[-1][3]) != (score, who in world.members):
            found.append((at, score, rank, who in world.members))
    return found


def stays(moves: list[Moved], who: str, end: int) -> list[tuple[int, int]]:
    """When somebody was in the band; nothing that began and ended at one instant."""
    mine, found = [one for one in moves if one.who == who], list[tuple[int, int]]()
    for number in count(0, 2):
        if number >= len(mine):
            return [stay for stay in found if stay[0] < stay[1]]
        found.append((mine[number].at, mine[number + 1].at if number + 1 < len(mine) else end))
    raise AssertionError("never")
