"""The laws of what a report contributes."""

import json
from dataclasses import replace
from typing import Any

import pytest

from models.contribution import Step
from models.decode import Report, decode_strict
from models.errors import Reason, Refused
from models.instants import DAY, days_since_1900, parse_instant
from models.policy import Anchor, Policy, Recency
from models.report import VictimSex
from scoring.assess import Assessor

OCCURRED = "2025-01-01T10:00:00Z"
REPORTED = "2025-02-01T10:00:00Z"
RECORDED = "2025-03-01T10:00:00Z"

A_POLICY = Policy(
    id="p",
    version="1",
    owner="o",
    window_days=365,
    anchor=Anchor.REPORTED_AT,
    recency=(Recency(365, 100),),
    victim_sex=frozenset(VictimSex),
    codes=frozenset(),
    status={"reported": 100, "charged": 150, "cancelled": 0},
    band_size=100,
    exit_rank=100,
    index={"rape": 1_825_000, "odd": 333, "nothing": 0},
)


def a_report(**changes: Any) -> Report:  # Any: fields of any type
    fields = {
        "event_id": "e1",
        "type": "offence.reported",
        "offence_id": "c1",
        "offender_id": "o1",
        "code": "rape",
        "occurred_at": OCCURRED,
        "reported_at": REPORTED,
        "recorded_at": RECORDED,
    } | changes
    given = {name: value for name, value in fields.items() if value is not None}
    return decode_strict(json.dumps(given).encode())


def steps_of(policy: Policy = A_POLICY, **changes: Any) -> tuple[Step, ...]:  # Any: fields of any type
    return Assessor(policy)(a_report(**changes), 7).steps


def refusal_of(**changes: Any) -> Reason:  # Any: fields of any type
    with pytest.raises(Refused) as refused:
        steps_of(**changes)
    return refused.value.reason


def test_a_flat_window_is_one_step_from_the_anchor() -> None:
    assert steps_of() == (Step(parse_instant(REPORTED) + 365 * DAY, 1_825_000),)


def test_the_anchor_may_be_the_occurrence() -> None:
    contribution = Assessor(replace(A_POLICY, anchor=Anchor.OCCURRED_AT))(a_report(), 7)
    assert contribution.steps[0].until == parse_instant(OCCURRED) + 365 * DAY
    assert contribution.anchor_day == days_since_1900(parse_instant(OCCURRED))
    assert contribution.reported_at == parse_instant(REPORTED)


def test_without_reported_at_the_record_is_the_first_report() -> None:
    contribution = Assessor(A_POLICY)(a_report(reported_at=None), 7)
    assert contribution.reported_at == parse_instant(RECORDED)
    assert contribution.anchor_day == days_since_1900(parse_instant(RECORDED))


def test_a_contribution_says_which_record_it_comes_from() -> None:
    contribution = Assessor(A_POLICY)(a_report(revision=3, type="offence.amended"), 7)
    assert (contribution.offset, contribution.event_id, contribution.kind) == (7, "e1", "offence.amended")
    assert (contribution.offender_id, contribution.offence_id, contribution.revision) == ("o1", "c1", 3)
    assert (contribution.code, contribution.recorded_at) == ("rape", parse_instant(RECORDED))


def test_a_step_is_cut_down_to_whole_millidays_once() -> None:
    policy = replace(A_POLICY, recency=(Recency(10, 33), Recency(365, 7)))
    assert [step.millidays for step in steps_of(policy, code="odd", status="charged")] == [164, 34]


def test_recency_steps_count_from_the_anchor() -> None:
    policy = replace(A_POLICY, recency=(Recency(90, 100), Recency(365, 50)))
    anchor = parse_instant(REPORTED)
    assert steps_of(policy) == (Step(anchor + 90 * DAY, 1_825_000), Step(anchor + 365 * DAY, 912_500))


def test_steps_that_count_nothing_are_left_out() -> None:
    policy = replace(A_POLICY, recency=(Recency(90, 100), Recency(365, 0)))
    assert len(steps_of(policy)) == 1
    assert steps_of(policy, code="nothing") == ()
    assert steps_of(policy, status="cancelled") == ()


def test_a_withdrawn_offence_counts_nothing() -> None:
    assert steps_of(type="offence.withdrawn") == ()


@pytest.mark.parametrize("changes", [{"code": None}, {"code": "unheard of"}, {"status": "unheard of"}])
def test_of_a_withdrawn_offence_nothing_is_looked_up(changes: dict[str, Any]) -> None:  # Any: as in a_report
    assert steps_of(type="offence.withdrawn", **changes) == ()


def test_a_withdrawal_without_a_code_has_an_empty_one() -> None:
    assert Assessor(A_POLICY)(a_report(type="offence.withdrawn", code=None), 7).code == ""


def test_an_unknown_code_is_refused_before_an_unknown_status() -> None:
    assert refusal_of(code="unheard of", status="unheard of") is Reason.UNKNOWN_CODE
    assert refusal_of(status="unheard of") is Reason.UNKNOWN_STATUS


@pytest.mark.parametrize("scope", [{"victim_sex": frozenset({VictimSex.FEMALE})}, {"codes": frozenset({"odd"})}])
def test_out_of_scope_counts_nothing_and_says_so(scope: dict[str, Any]) -> None:  # Any: two kinds of set
    assessor = Assessor(replace(A_POLICY, **scope))
    male = a_report(victim_sex="male")
    assert not assessor.in_scope(male)
    assert assessor(male, 7).steps == ()


def test_in_scope_counts() -> None:
    policy = replace(A_POLICY, victim_sex=frozenset({VictimSex.FEMALE}), codes=frozenset({"rape"}))
    assert Assessor(policy).in_scope(a_report(victim_sex="female"))
    assert steps_of(policy, victim_sex="female") != ()


def test_codes_and_statuses_are_looked_up_out_of_scope_too() -> None:
    assessor = Assessor(replace(A_POLICY, codes=frozenset({"odd"})))
    with pytest.raises(Refused):
        assessor(a_report(code="unheard of"), 7)


def test_what_was_assessed_before_changes_nothing() -> None:
    assessor = Assessor(A_POLICY)
    first = assessor(a_report(), 7)
    assessor(a_report(status="charged", victim_sex="male"), 8)
    assert assessor(a_report(), 7) == first
