"""What is known later, told again under the policies of its time: by brute force over activations."""

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from audit.history.amendments import amendments
from audit.history.explanation import explain_alert
from audit.history.history_replay import HistoryReplay
from audit.history.membership_errors import look_back, wrong_then
from cli.insight.amendments import SENTENCES, amendments_document, render_amendments
from cli.insight.explanation_page import ExplanationPage
from models.clock import ClockMode
from models.instants import Micros, format_instant, parse_instant
from scoring.engine import Engine
from tests.audit.brute import DAY, Moved, Rules, World, stays
from tests.audit.drawn import HOUR, AppliedEntry, histories, policy_of, reports, rules
from tests.audit.insight.test_claims_of_explain import as_it_is
from tests.audit.one_instant import Drawn, Written

Claim = dict[str, Any]


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


@given(told=reigned(), data=st.data())
def test_what_held_by_later_knowledge_is_what_brute_force_says(told: Reigned, data: st.DataObject) -> None:
    assume(any(told.known(told.now)))
    first = min(one["recorded_at"] for one in told.told if told.rules_when_told(one).knows(one))
    at = data.draw(st.sampled_from([at for at in told.instants() if at >= first]))
    known_at = data.draw(st.sampled_from([known for known in told.instants() if known >= at]))
    hindsight, later = look_back(told.written.open_reader, Micros(at), Micros(known_at))
    assert ranked(hindsight.engine) == told.ranking(at, known_at)
    assert members(hindsight.engine) == told.band(at, known_at)
    assert hindsight.policy.index == told.rules_at(at).index
    unassessed = [(policy.version, count) for policy, count in hindsight.corrected.unassessed]
    assert unassessed == told.all_unassessed(at, known_at)
    for who in ranked(hindsight.engine):
        for row in hindsight.corrected.offender(who).contributions:
            assert row.revision == told.known(known_at)[who, row.offence_id][-1]["revision"]
    then = HistoryReplay(told.written.open_reader).as_of(Micros(at))
    was = members(then)
    wrong = wrong_then(then, hindsight, later)
    assert {one.offender_id for one in wrong} == was ^ told.band(at, known_at)
    assert {one.offender_id for one in wrong if one.was_in_band} == was - told.band(at, known_at)


def wrong(told: Reigned, move: Moved, until: int) -> list[tuple[int, int]]:
    """When what an alert said did not hold, up to the next about the same person."""
    found: list[tuple[int, int]] = []
    cuts = [at for at in told.instants() if move.at <= at < until] + [until]
    for start, end in pairwise(cuts):
        if (move.who in told.band(start, told.now)) != move.came_in:
            begun = found.pop()[0] if found and found[-1][1] == start else start
            found.append((begun, end))
    return found


def amended(told: Reigned) -> dict[int, list[tuple[int, int]]]:
    """The numbers of the alerts that did not hold at their own instant, and when they did not."""
    found = {}
    for number, move in enumerate(told.live.moves, 1):
        later = [other.at for other in told.live.moves[number:] if other.who == move.who]
        if (later and later[0] == move.at) or move.at == told.now:
            continue
        if (move.who in told.band(move.at, told.now)) != move.came_in:
            found[number] = wrong(told, move, later[0] if later else told.now)
    return found


def listed(told: Reigned) -> dict[int, list[tuple[int, int]]]:
    """Those of them that were not sent before the band was first full."""
    full_since, moves = told.full_since() or 0, told.live.moves
    return {number: found for number, found in amended(told).items() if moves[number - 1].at >= full_since}


def by_others(told: Reigned, move: Moved) -> bool:
    return told.own(move.who, move.at, move.at) == told.own(move.who, move.at, told.now)


def summed_up(one: Claim, told: Reigned) -> bool:
    """Alerts, people and days of those that a line of the summary is about."""
    found = {number: told.live.moves[number - 1] for number in listed(told)}
    about: dict[str, Callable[[Moved], bool]] = {
        "wrongly_on": lambda move: move.came_in,
        "wrongly_off": lambda move: not move.came_in,
        "moved_by_others": lambda move: by_others(told, move),
    }
    these = [number for number, move in found.items() if about[one["claim"]](move)]
    time = sum(end - start for number in these for start, end in listed(told)[number])
    people = {found[number].who for number in these}
    return (one["alerts"], one["people"], one["days"]) == (len(these), len(people), round(time / DAY, 3))


def left_out(one: Claim, told: Reigned) -> bool:
    is_when = parse_instant(one["full_since"]) == told.full_since()
    return is_when and one["alerts"] == len(amended(told)) - len(listed(told)) > 0


def instants_of(one: Claim) -> list[tuple[int, int]]:
    return [(parse_instant(each["from"]), parse_instant(each["to"])) for each in one["intervals"]]


def amended_so(one: Claim, told: Reigned) -> bool:
    number = int(one["alert_id"].removeprefix("b:"))
    move = told.live.moves[number - 1]
    said = one["claim"] == ("amended_entered" if move.came_in else "amended_left")
    is_it = (move.who, format_instant(move.at), by_others(told, move))
    return said and is_it == (one["offender_id"], one["as_of"], one["by_others"]) and (
        instants_of(one) == amended(told)[number]
    )  # fmt: skip


def unassessed_so(one: Claim, told: Reigned) -> bool:
    return (one["policy"]["version"], one["offences"]) in told.all_unassessed(told.now, told.now)


CHECKS: dict[str, Callable[[Claim, Reigned], bool]] = {
    "none_amended": lambda one, told: not listed(told) and parse_instant(one["known_at"]) == told.now,
    "some_amended": lambda one, told: one["alerts"] == len(listed(told)),
    "wrongly_on": summed_up,
    "wrongly_off": summed_up,
    "moved_by_others": summed_up,
    "first_days": left_out,
    "amended_entered": amended_so,
    "amended_left": amended_so,
    "unassessed": unassessed_so,
}


@given(told=reigned())
def test_every_claim_of_amendments_is_true(told: Reigned) -> None:
    assert [(move.offender_id, move.as_of) for move in told.written.transitions] == [
        (move.who, move.at) for move in told.live.moves
    ]
    document = amendments_document(amendments(told.written.open_reader, None), None)
    for one in document.claims:
        assert CHECKS[one["claim"]](one, told), one
    assert {int(one.alert_id.removeprefix("b:")) for one in document.amendments} == listed(told).keys()
    assert document.first_days == len(amended(told)) - len(listed(told))
    assert len(document.unassessed) == len(told.all_unassessed(told.now, told.now))
    lines = render_amendments(document).splitlines()
    assert lines == [SENTENCES[one["claim"]](one) for one in document.claims]


@given(told=reigned())
def test_with_the_first_days_and_of_one_person(told: Reigned) -> None:
    reader = told.written.open_reader
    every = amendments_document(amendments(reader, None, with_first_days=True), None)
    assert {int(one.alert_id.removeprefix("b:")) for one in every.amendments} == amended(told).keys()
    assert every.first_days == 0
    for who in sorted({one["offender_id"] for one in told.told}):
        of_one = amendments_document(amendments(reader, None, who, with_first_days=True), None, who)
        assert of_one.amendments == tuple(one for one in every.amendments if one.offender_id == who)


def told_in_time(told: AppliedEntry) -> World:
    """The history as it would have gone under one policy: every offence as it is known, from when on it holds."""
    winners: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in filter(told.rules.knows, told.reports):
        known = winners.setdefault((one["offender_id"], one["offence_id"]), [])
        if not known or known[-1]["revision"] < one["revision"]:
            known.append(one)
    timeline = [(holds_from(known, told.rules), known[-1]["number"], known[-1]) for known in winners.values()]
    world = World(told.rules)
    for at, _, one in sorted(timeline, key=lambda line: line[:2]):
        world.tell(one, at)
    world.pass_time(told.now)
    return world


@given(told=histories())
def test_where_people_stay_beyond_the_rank_at_which_they_come_in(told: AppliedEntry) -> None:
    """There it depends on the order of events: everything is told again one by one."""
    assume(any(map(told.rules.knows, told.reports)))
    live, retold, now = told.world(), told_in_time(told), told.now
    document = amendments_document(amendments(told.written.open_reader, None, with_first_days=True), None)
    found = {int(one.alert_id.removeprefix("b:")): instants_of(one.figures()) for one in document.amendments}
    expected = {}
    for number, move in enumerate(live.moves, 1):
        later = [other.at for other in live.moves[number:] if other.who == move.who]
        inside, end = stays(retold.moves, move.who, now), later[0] if later else now
        held = any(since <= move.at < until for since, until in inside)
        if move.at < end and held != move.came_in:
            cuts = sorted({move.at, end} | {at for stay in inside for at in stay if move.at < at < end})
            parts = [
                (start, until) for start, until in pairwise(cuts)
                if any(since <= start < last for since, last in inside) != move.came_in
            ]  # fmt: skip
            expected[number] = parts
    assert found == expected


def test_every_sentence_has_its_check() -> None:
    assert SENTENCES.keys() == CHECKS.keys()


@given(told=reigned())
def test_an_alert_of_an_activation_is_explained_by_it(told: Reigned) -> None:
    for number, move in enumerate(told.live.moves, 1):
        if move.kind == "policy":
            document = ExplanationPage(explain_alert(told.written.open_reader, number, as_it_is), {}).document()
            (cause,) = (one for one in document.claims if one["claim"].startswith("cause_"))
            assert (cause["claim"], cause["offender_id"]) == ("cause_policy", move.who)
            assert parse_instant(document.as_of) == move.at
