"""The score at every moment, held against the board that was known at it."""

import json
from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from audit.history.evidence import Evidence
from audit.history.history_replay import AppliedEntry, HistoryReplay, Reign
from audit.history.person_history import person_history
from audit.history.score_path import ChangeKind, ScoreChange, ScorePath
from models.clock import ClockMode
from models.instants import DAY, EARLIEST, Micros
from models.policy import Policy
from models.record import Record
from scoring.assess import Assessor
from scoring.run import assess_run
from tests.audit.drawn import AppliedEntry as DrawnHistory
from tests.audit.drawn import histories
from tests.audit.insight.test_explain import AT
from tests.audit.policies import a_policy_of, a_value

PLAIN = a_policy_of(status={"reported": 100, "contested": 0})
HARSH = a_policy_of(status={"reported": 100, "contested": 0}, index={"A": 99_000, "B": 1_000}, version="2")


def path(*values: bytes, reigns: tuple[Reign, ...] = (Reign(EARLIEST, PLAIN),)) -> list[ScoreChange]:
    """Of p1: each report a day after the one before, under the policy of its day, until a year later."""
    evidence = Evidence("p1")
    for number, value in enumerate(values):
        at = AT + number * DAY
        policy = next(reign.policy for reign in reversed(reigns) if reign.since <= at)
        _receive(evidence, number, value, at, policy)
    return list(ScorePath(evidence, reigns).changes(AT + 365 * DAY))


def _receive(evidence: Evidence, number: int, value: bytes, at: int, policy: Policy) -> None:
    records = [Record(number, at // 1000, b"p1", value)]
    run = assess_run(0, number, number + 1, records, Assessor(policy))
    evidence(AppliedEntry(run, records, (), ClockMode.WALL, at, at))


def kinds(changes: list[ScoreChange]) -> list[tuple[ChangeKind, ...]]:
    return [tuple(cause.kind for cause in change.causes) for change in changes]


def test_a_report_an_amendment_and_an_end_are_distinguished() -> None:
    changes = path(a_value(), a_value(revision=2, code="B"))
    assert kinds(changes) == [(ChangeKind.REPORTED,), (ChangeKind.AMENDED,), (ChangeKind.ENDED,)]
    assert changes[0].at == AT
    assert changes[-1].score == 0


def test_a_withdrawal_takes_the_score_away_and_names_the_code_that_it_was() -> None:
    withdrawn = json.loads(a_value(revision=2, type="offence.withdrawn"))
    del withdrawn["code"]
    changes = path(a_value(), json.dumps(withdrawn).encode())
    assert kinds(changes) == [(ChangeKind.REPORTED,), (ChangeKind.AMENDED,)]
    assert changes[1].causes[0].code == changes[0].causes[0].code != ""
    assert [change.score for change in changes][-1] == 0


def test_a_policy_changes_what_was_reported_before_it() -> None:
    since = AT + DAY // 2
    changes = path(a_value(), reigns=(Reign(EARLIEST, PLAIN), Reign(since, HARSH)))
    assert (changes[1].at, kinds(changes)[1]) == (since, (ChangeKind.POLICY,))
    assert changes[1].score == 99_000


def test_what_changes_nothing_is_no_change() -> None:
    assert len(path(a_value(), a_value(), a_value(offence_id="other", status="contested"))) == 2


def moments(drawn: DrawnHistory) -> Iterator[int]:
    """Those of every report, those around them, and those at which something ends."""
    for one in drawn.reports:
        yield one["recorded_at"]
    for until in {until for one in drawn.reports for until, _ in drawn.rules.steps(one)}:
        yield from (until - 1, until)
    yield drawn.now


@pytest.mark.timeout(120)
@settings(max_examples=30, deadline=None)
@given(histories(clocks=(ClockMode.WALL, ClockMode.EVENT)))
def test_at_every_moment_it_is_the_score_of_the_board_known_then(drawn: DrawnHistory) -> None:
    begun = next((one["recorded_at"] for one in drawn.reports if drawn.rules.knows(one)), None)
    if begun is None:
        return
    evidences = {f"p{number}": Evidence(f"p{number}") for number in range(5)}
    past = HistoryReplay(drawn.written.open_reader, *evidences.values())
    past.as_of()
    for who, evidence in evidences.items():
        changes = list(ScorePath(evidence, past.reigns).changes(drawn.now))
        for at in {each for each in moments(drawn) if begun <= each <= drawn.now}:
            score = next((change.score for change in reversed(changes) if change.at <= at), 0)
            assert score == HistoryReplay(drawn.written.open_reader).as_of(Micros(at)).standing(who).score, (who, at)


@settings(max_examples=20, deadline=None)
@given(histories())
def test_a_persons_history_ends_where_the_board_has_them_and_goes_on_from_there(drawn: DrawnHistory) -> None:
    for who in ("p0", "p1", "nobody"):
        engine = (
            HistoryReplay(drawn.written.open_reader).as_of() if any(map(drawn.rules.knows, drawn.reports)) else None
        )
        found = person_history(drawn.written.open_reader, who, None)
        if found.standing is None:
            assert engine is None or engine.standing(who).score == 0
            continue
        score = found.score[-1].score if found.score else 0
        assert score == found.standing.person.score == found.path[0].score
