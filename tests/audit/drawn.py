"""Histories drawn at random, written as a service would, and the same told to a board by brute force."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from models.clock import ClockMode
from models.instants import parse_instant
from models.policy import Policy, Recency
from tests.audit.brute import DAY, Rules, World
from tests.audit.one_instant import Drawn, Written
from tests.audit.policies import a_policy_of

HOUR = DAY // 24
START = parse_instant("2024-03-01T00:00:00Z")
WINDOW_DAYS = 10
STATUS = {"reported": 100, "half": 50, "cancelled": 0}
INDEX = {"A": 10_000, "B": 25_000, "C": 5_000, "Z": 0}
LATER_CODE = "D"
"""One that only a later policy knows."""


@st.composite
def rules(draw: st.DrawFn, *, more: bool = False, exact: bool = False) -> Rules:
    """A policy; `more`: it knows the later code, `exact`: nobody stays below the rank at which one comes in."""
    size = draw(st.integers(1, 3))
    index = {code: draw(st.sampled_from([weight, weight, 15_000 if weight else 0])) for code, weight in INDEX.items()}
    return Rules(
        size=size,
        exit_rank=size + (0 if exact else draw(st.sampled_from([0, 0, 1, 2]))),
        anchor=draw(st.sampled_from(["reported_at", "occurred_at"])),
        recency=draw(st.sampled_from([((WINDOW_DAYS, 100),), ((4, 100), (WINDOW_DAYS, 33))])),
        status=STATUS,
        index=index | ({LATER_CODE: 20_000} if more else {}),
        victim_sex=draw(st.sampled_from([frozenset({"female"}), frozenset({"female", "male", "unknown"})])),
    )


def policy_of(one: Rules, version: str = "1") -> Policy:
    """The same as the service has it."""
    return a_policy_of(
        window_days=WINDOW_DAYS, recency=tuple(Recency(*step) for step in one.recency), status=one.status,
        victim_sex=tuple(one.victim_sex), size=one.size, exit_rank=one.exit_rank, index=one.index, anchor=one.anchor,
        version=version,
    )  # fmt: skip


@st.composite
def reports(draw: st.DrawFn, most: int = 18) -> list[dict[str, Any]]:
    """What is told, in order: late, corrected, withdrawn, out of scope, of unknown codes; several at one instant."""
    found: list[dict[str, Any]] = []
    known_from: int = START
    for number in range(draw(st.integers(1, most))):
        known_from += draw(st.sampled_from([0, HOUR, 20 * HOUR, 3 * DAY]))
        reported_at = known_from - draw(st.sampled_from([0, 0, HOUR, 4 * DAY, 12 * DAY]))
        who = f"p{draw(st.integers(0, 4))}"
        found.append({
            "type": draw(st.sampled_from(["reported", "reported", "reported", "amended", "withdrawn"])),
            "offender_id": who,
            "offence_id": f"{who}-{draw(st.integers(0, 3))}",
            "revision": draw(st.integers(1, 4)),
            "code": draw(st.sampled_from("AABBCZD")),
            "status": draw(st.sampled_from(["reported", "reported", "half", "cancelled"])),
            "victim_sex": draw(st.sampled_from(["female", "female", "male"])),
            "recorded_at": known_from,
            "reported_at": reported_at,
            "occurred_at": reported_at - draw(st.sampled_from([0, DAY])),
            "number": number,
        })  # fmt: skip
    return [one | {"type": f"offence.{one['type']}"} for one in found]


@dataclass
class AppliedEntry:
    """One history, twice: `written` for the service, and what it told for brute force."""

    rules: Rules
    reports: list[dict[str, Any]]
    now: int
    written: Written = field(repr=False)

    def world(self, at: int | None = None, stop: int | None = None) -> World:
        """The board as known at an instant (None: now), or after so many people had moved."""
        world = World(self.rules, stop)
        for one in self.reports:
            if at is None or one["recorded_at"] <= at:
                world.tell(one, one["recorded_at"])
        world.pass_time(self.now if at is None else at)
        return world


@st.composite
def histories(draw: st.DrawFn, *, exact: bool = False, clocks: Sequence[ClockMode] = (ClockMode.WALL,)) -> AppliedEntry:
    """A history under one policy, and some time after its last report."""
    one, told, clock = draw(rules(exact=exact)), draw(reports()), draw(st.sampled_from(clocks))
    written = write(policy_of(one), told, clock)
    now = told[-1]["recorded_at"] + draw(st.sampled_from([0, 2 * DAY, 6 * DAY]))
    written.pass_time(now)
    if now > written.engine.as_of:
        assert written.engine.tick(now, limit=0) is None
        written.recover()
    return AppliedEntry(one, told, now, written)


def write(policy: Policy, told: list[dict[str, Any]], clock: ClockMode = ClockMode.WALL) -> Written:
    """One run for each report."""
    written = Written(clock, policy)
    for one in told:
        written.tell(one["recorded_at"], [Drawn(one)])
    return written
