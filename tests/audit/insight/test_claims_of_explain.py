"""Every sentence of an explanation is one claim, and every claim is true: by brute force on random histories."""

from collections.abc import Callable
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from audit.history.explanation import Explanation, explain_alert, explain_standing
from cli.insight.explained import HEADINGS, SENTENCES, render_explanation
from cli.insight.explanation_document import ExplanationDocument
from cli.insight.explanation_page import ExplanationPage
from models.clock import ClockMode
from models.instants import format_instant, parse_instant
from tests.audit.brute import Rules, World
from tests.audit.drawn import INDEX, START, STATUS, WINDOW_DAYS, AppliedEntry, histories, policy_of, write
from tests.audit.insight.counting import counts_as_it_says, does_not_count_as_it_says

Claim = dict[str, Any]


def as_it_is(_place: str, clear: str, _offender_id: str) -> str:
    """Nothing is sealed."""
    return clear


def pages(told: AppliedEntry, data: st.DataObject) -> list[tuple[ExplanationDocument, World]]:
    """Explanations of persons now and once, and of every alert; each with the board by brute force."""
    found: list[tuple[Explanation, World]] = []
    reader = told.written.open_reader
    for who in sorted({one["offender_id"] for one in told.reports}):
        at = data.draw(st.sampled_from([None, *(one["recorded_at"] for one in told.reports)]))
        heard = [one for one in told.reports if at is None or one["recorded_at"] <= at]
        if any(one["offender_id"] == who for one in heard) and any(map(told.rules.knows, heard)):
            found.append((explain_standing(reader, who, at), told.world(at)))
    for sequence in range(1, len(told.world().moves) + 1):
        found.append((explain_alert(reader, sequence, as_it_is), told.world(stop=sequence)))
    return [(ExplanationPage(one, {}).document(), world) for one, world in found]


def insist(told: AppliedEntry, document: ExplanationDocument, world: World) -> set[str]:
    """Tries every claim; the names of them."""
    who, text = document.offender_id, render_explanation(document)
    for one in document.claims:
        assert CHECKS[one["claim"]](one, world, who, told), one
        sentence = SENTENCES[one["claim"]](one)
        assert sentence in text
        text = text.replace(sentence, "", 1)
    for heading in HEADINGS:
        text = text.replace(heading, "")
    assert text.split() == []
    return {one["claim"] for one in document.claims}


@given(told=histories(clocks=tuple(ClockMode)), data=st.data())
def test_every_claim_of_an_explanation_is_true(told: AppliedEntry, data: st.DataObject) -> None:
    for document, world in pages(told, data):
        insist(told, document, world)
        if document.alert is None:
            moved = [place for place, move in enumerate(world.moves, 1) if move.who == document.offender_id]
            assert [number_of(one.alert_id) for one in document.alerts] == moved


def standing(document: Claim) -> tuple[int | None, int]:
    return document["rank"], document["score_millidays"]


def stands(one: Claim, world: World, who: str) -> bool:
    return bool(format_instant(world.now) == one["as_of"] and one["offender_id"] == who)


def moved_so(one: Claim, world: World, who: str) -> bool:
    move = next(move for move in reversed(world.moves) if move.who == who)
    return stands(one, world, who) and move.at == world.now and move.came_in == (one["claim"] == "entered")


def number_of(alert_id: str) -> int:
    return int(alert_id.rpartition(":")[2])


def was_told(one: Claim, world: World, who: str, _told: AppliedEntry) -> bool:
    move = world.moves[number_of(one["alert_id"]) - 1]
    moved = (move.who, move.came_in, format_instant(move.at), True)
    return moved == (who, one["transition"] == "entered", one["as_of"], one["sent"])


def who_stays(one: Claim, world: World, *_: object) -> bool:
    ranks = world.ranking()
    return one["exit_rank"] == world.rules.exit_rank and all(ranks[who][0] <= one["exit_rank"] for who in world.members)


def who_comes_in(one: Claim, world: World, *_: object) -> bool:
    ranks = world.ranking()
    return all(who in world.members for who, (rank, _) in ranks.items() if rank <= one["size"])


def ties(one: Claim, world: World, *_: object) -> bool:
    order, latest = (
        world.ranking(),
        {who: max(line[2] for line in world.counted(who).values()) for who in world.ranking()},
    )
    pairs = zip(order, list(order)[1:], strict=False)
    return one["anchor"] == world.rules.anchor and all(
        latest[first] >= latest[second] for first, second in pairs if order[first][1] == order[second][1]
    )


def caused(one: Claim, world: World, who: str, _told: AppliedEntry) -> bool:
    move, kind = next(move for move in reversed(world.moves) if move.who == who), one["claim"].removeprefix("cause_")
    names = {"reported": "offence", "amended": "amendment", "withdrawn": "withdrawal"}
    if kind in {"displacement", "vacancy"}:
        ranks, changed = world.ranking(), one["offender_id"]
        before, after = (
            {name: each.get(name, (99, 0))[0] for name in (who, changed)} for each in (world.before, ranks)
        )
        is_before = (before[changed] < before[who], after[changed] < after[who])
        return changed == move.changed != who and is_before == (
            (False, True) if kind == "displacement" else (True, False)
        )
    is_theirs = bool(one["offender_id"] == who and one["offence_id"] in move.crimes)
    return kind == names.get(move.kind, move.kind) and is_theirs


def before_and_after(one: Claim, world: World, who: str, _told: AppliedEntry) -> bool:
    return (standing(one["before"]), standing(one["after"])) == (world.before.get(who, (None, 0)), world.standing(who))


def counterpart(one: Claim, world: World, who: str, _told: AppliedEntry) -> bool:
    came_in = one["transition"] == "entered"
    others = {move.who for move in world.moves[-2:] if move.at == world.now and move.came_in != came_in}
    return one["offender_id"] in others - {who} and standing(one) == world.standing(one["offender_id"])


def stay_ended(one: Claim, world: World, who: str, _told: AppliedEntry) -> bool:
    came_in = [move.at for move in world.moves if move.who == who and move.came_in]
    return who not in world.members and parse_instant(one["began"]) == came_in[-1]


def cut(one: Claim, world: World, who: str, _told: AppliedEntry) -> bool:
    scores = [score for _, score in world.ranking().values()]
    score = scores[one["size"] - 1]
    return (one["score_millidays"], one["margin_millidays"]) == (score, world.standing(who)[1] - score)


def any_score(one: Claim, world: World, who: str, _told: AppliedEntry) -> bool:
    return len(world.ranking()) < one["size"] and (who in world.members or world.rank_with(who, 1) <= one["size"])


def total(one: Claim, world: World, who: str, _told: AppliedEntry) -> bool:
    return (one["crimes"], one["score_millidays"]) == (len(world.counted(who)), world.standing(who)[1])


def needed(one: Claim, world: World, who: str, _told: AppliedEntry) -> bool:
    size, least = world.rules.size, one["millidays"]
    enough = world.rank_with(who, least) <= size and world.rank_with(who, least + 1) <= size
    return who not in world.members and enough and (least == 1 or world.rank_with(who, least - 1) > size)


def first_outside(one: Claim, world: World, who: str, _told: AppliedEntry) -> bool:
    rank, score = next(found for other, found in world.ranking().items() if other not in world.members)
    return (one["rank"], one["lead_millidays"]) == (rank, world.standing(who)[1] - score)


def stays_without(world: World, who: str, crime: str) -> bool:
    rank, _ = world.without(who, crime).standing(who)
    return rank is not None and rank <= world.rules.exit_rank


def without(one: Claim, world: World, who: str, _told: AppliedEntry) -> bool:
    crime = one["offence_id"]
    stays = stays_without(world, who, crime)
    return standing(one) == world.without(who, crime).standing(who) and one["in_band"] is stays and who in world.members


def no_single_crime(_one: Claim, world: World, who: str, _told: AppliedEntry) -> bool:
    return who in world.members and all(stays_without(world, who, crime) for crime in world.counted(who))


Check = Callable[[Claim, World, str, AppliedEntry], bool]
CAUSES = ("offence", "amendment", "withdrawal", "expiry", "displacement", "vacancy")
CHECKS: dict[str, Check] = {
    "in_band": lambda one, world, who, _: stands(one, world, who) and who in world.members,
    "not_in_band": lambda one, world, who, _: stands(one, world, who) and who not in world.members,
    "entered": lambda one, world, who, _: moved_so(one, world, who) and who in world.members,
    "left": lambda one, world, who, _: moved_so(one, world, who) and who not in world.members,
    "who_comes_in": who_comes_in,
    "who_stays": who_stays,
    "what_counts": lambda one, world, *_: (
        (one["window_days"], one["anchor"], one["ages"])
        == (WINDOW_DAYS, world.rules.anchor, len(world.rules.recency) > 1)
    ),
    "ties": ties,
    **{f"cause_{kind}": caused for kind in CAUSES},
    "before_and_after": before_and_after,
    "counterpart": counterpart,
    "stay_ended": stay_ended,
    "expected_exit": lambda one, world, who, _: parse_instant(one["at"]) == world.alone_until(who),
    "told": was_told,
    "position": lambda one, world, who, _: standing(one) == world.standing(who),
    "cut": cut,
    "any_score_is_enough": any_score,
    "counted": counts_as_it_says,
    "total": total,
    "nothing_counted": lambda _, world, who, __: world.standing(who) == (None, 0),
    "not_counted": does_not_count_as_it_says,
    "nothing_left_out": lambda _, world, who, __: (
        len(world.counted(who)) == sum(one["offender_id"] == who for one in world.heard)
    ),
    "needed": needed,
    "first_outside": first_outside,
    "without": without,
    "no_single_crime": no_single_crime,
    "policy": lambda one, _, __, told: one["digest"] == policy_of(told.rules).digest,
    "titles_unknown": lambda *_: True,
}
TRIED_ELSEWHERE = {"cause_policy", "not_sent"}
"""By test_explain.py and test_claims_of_amendments.py: these histories have one policy and no baseline."""


def test_every_sentence_has_its_check() -> None:
    assert SENTENCES.keys() == CHECKS.keys() | TRIED_ELSEWHERE


def test_one_deciding_crime_in_a_band_that_is_not_full_is_said_without_a_contradiction() -> None:
    told = told_of([("p1", "B", 0)], size=2)
    document, world = page_of(told, "p1")
    assert {"without", "any_score_is_enough"} <= insist(told, document, world)
    assert "Taking away any single crime" not in render_explanation(document)


def test_the_first_person_who_is_not_on_the_list_may_stand_before_one_who_stays_on_it() -> None:
    """p1 came in and stays at place 3; p4, who was told of later and is before them, was never among the first."""
    told = told_of(
        [("p1", "B", 0), ("p2", "A", 0), ("p2", "B", 1), ("p3", "A", 0), ("p3", "B", 1)], size=1, exit_rank=3
    )
    document, world = page_of(told, "p1")
    assert "first_outside" in insist(told, document, world)
    assert document.would_change.first_outside is not None
    assert document.would_change.first_outside.rank == 2


def told_of(crimes: list[tuple[str, str, int]], size: int, exit_rank: int | None = None) -> AppliedEntry:
    """Crimes in the order in which they came, one a minute."""
    rules = Rules(
        size, exit_rank or size, "reported_at", ((WINDOW_DAYS, 100),), STATUS, INDEX, frozenset({"female"})
    )  # fmt: skip
    reports: list[dict[str, Any]] = [
        {
            "type": "offence.reported", "offender_id": who, "offence_id": f"{who}-{number}", "revision": 1,
            "code": code, "status": "reported", "victim_sex": "female",
            "recorded_at": at, "reported_at": at, "occurred_at": at,
        }
        for at, (who, code, number) in enumerate(crimes, START)
    ]  # fmt: skip
    return AppliedEntry(rules, reports, reports[-1]["recorded_at"], write(policy_of(rules), reports))


def page_of(told: AppliedEntry, who: str) -> tuple[ExplanationDocument, World]:
    found = explain_standing(told.written.open_reader, who, None)
    return ExplanationPage(found, {}).document(), told.world()
