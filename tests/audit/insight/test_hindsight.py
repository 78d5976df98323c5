"""Since when a board knew better: what is told at one instant is known at once, however it is cut into records."""

from typing import cast

from audit.history.corrected_history import CorrectedHistory
from audit.history.history_replay import ReceivedReport, Reign
from audit.history.latest_revisions import LatestRevisions, without_future
from audit.history.membership_errors import Hindsight, LaterRevisions, MembershipError, wrong_then
from audit.replay.founding import Founding
from models.clock import ClockMode
from models.contribution import Contribution, Run, Step, Weight
from models.instants import DAY, parse_instant
from scoring.engine import Engine
from tests.audit.policies import a_policy_of

AT = parse_instant("2024-03-01T00:00:00Z")
FIRST, SECOND = AT + DAY, AT + 2 * DAY


def a_report(who: str, revision: int, millidays: int) -> Contribution:
    return Contribution(
        offset=revision,
        event_id=f"{who}-{revision}",
        kind="offence.reported",
        offender_id=who,
        offence_id=f"offence of {who}",
        revision=revision,
        recorded_at=AT,
        reported_at=AT,
        anchor_at=AT,
        weight=Weight("X", (Step(AT + 90 * DAY, millidays),)),
    )


def a_board(*reports: Contribution) -> Engine:
    """One place in the band, and time that stands at AT."""
    engine = Engine(1, 1, ClockMode.WALL)
    engine.found("{}")
    for place, report in enumerate(reports):
        engine.apply(Run(0, place, place + 1, "", (report,), ()), AT)
    return engine


def test_who_leaves_and_comes_back_at_one_instant_was_known_from_the_instant_before() -> None:
    known_later = [(a_report("b", 1, 20), FIRST), (a_report("a", 2, 30), SECOND), (a_report("b", 2, 40), SECOND)]
    wrong = wrong_by([a_report("a", 1, 10)], known_later)
    assert wrong == [MembershipError("a", True, FIRST), MembershipError("b", False, FIRST)]


def test_a_withdrawal_is_known_from_its_own_instant() -> None:
    withdrawn = a_report("a", 2, 0)._replace(weight=Weight("", ()))
    wrong = wrong_by([a_report("a", 1, 10), a_report("b", 1, 5)], [(withdrawn, FIRST)])
    assert wrong == [MembershipError("a", True, FIRST), MembershipError("b", False, FIRST)]


def test_what_is_committed_later_moves_no_one_even_by_its_revision() -> None:
    """Reported with the higher number first, and for a day after the moment."""
    to_come, earlier = a_report("b", 2, 90)._replace(anchor_at=SECOND), a_report("b", 1, 20)
    assert wrong_by([a_report("a", 1, 10)], [(to_come, FIRST), (earlier, SECOND)]) == []


def wrong_by(then: list[Contribution], known_later: list[tuple[Contribution, int]]) -> list[MembershipError]:
    """Who was on the wrong side at AT, by what became known at which instant."""
    later, policy = LaterRevisions(AT), a_policy_of(size=1)
    later.reports += [ReceivedReport(item, at) for item, at in known_later]
    known = a_board(*then, *(without_future(item, AT) for item, _ in known_later))
    corrected = CorrectedHistory([Reign(AT, policy)], LatestRevisions())
    hindsight = Hindsight(cast(Founding, None), AT, SECOND, known, policy, corrected)
    return wrong_then(a_board(*then), hindsight, later)
