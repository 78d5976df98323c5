"""What is known later, told again under the policies of its time: by brute force over activations."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from audit.history.amendments import amendments
from audit.history.explanation import explain_alert
from audit.history.history_replay import HistoryReplay
from audit.history.membership_errors import look_back, look_back_on_both, wrong_then
from cli.insight.amendments import SENTENCES, amendments_document, render_amendments
from cli.insight.explanation_page import ExplanationPage
from models.instants import Micros, format_instant, parse_instant
from scoring.engine import Engine
from tests.audit.brute import DAY, Moved, World, stays
from tests.audit.drawn import AppliedEntry, histories
from tests.audit.insight.reigned import Reigned, holds_from, members, ranked, reigned
from tests.audit.insight.test_claims_of_explain import as_it_is

Claim = dict[str, Any]


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
    _, _, beside = look_back_on_both(told.written.open_reader, Micros(at), Micros(known_at))
    assert everything(beside) == everything(then)
    was = members(then)
    wrong = wrong_then(then, hindsight, later)
    assert {one.offender_id for one in wrong} == was ^ told.band(at, known_at)
    assert {one.offender_id for one in wrong if one.was_in_band} == was - told.band(at, known_at)
    if told.rules_at(at).exit_rank == told.rules_at(at).size:  # beyond it membership depends on the order of arrival
        assert {one.offender_id: one.known_since for one in wrong} == known_since(told, at, known_at)


def known_since(told: Reigned, at: int, known_at: int) -> dict[str, int]:
    """When what was known of a moment's band last changed for each who was wrong in it."""
    band, since = told.band(at, at), dict[str, int]()
    for known in (known for known in told.instants() if at < known <= known_at):
        later = told.band(at, known)
        since |= dict.fromkeys(band ^ later, known)
        band = later
    wrong = told.band(at, at) ^ band
    return {who: known for who, known in since.items() if who in wrong}


def everything(engine: Engine) -> list[object]:
    """What a board knows."""
    rows = engine.board(100)
    persons = [engine.offender(row.offender_id) for row in rows]
    return [engine.as_of, engine.sequence, engine.entry, engine.ledger, engine.next_ends(100), rows, persons]


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
    "none_amended": lambda one, told: (
        not listed(told) and len(told.live.moves) > 0 and parse_instant(one["known_at"]) == told.now
    ),
    "no_alerts": lambda one, told: not told.live.moves and parse_instant(one["known_at"]) == told.now,
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
    assert document.alerts == len(told.live.moves)
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
        assert of_one.alerts == sum(move.who == who for move in told.live.moves)
        was_sent = of_one.alerts > 0
        assert any(one["claim"] == "no_alerts" for one in of_one.claims) is not was_sent


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
