"""Policies checked, held against each other, and tried on a recorded history."""

import json
from pathlib import Path

import pytest

from audit.backtest.backtest import Backtest, Backtests, try_policies
from audit.backtest.movers import movers
from audit.backtest.policy_difference import differing_codes, differing_keys
from cli.policy.comparison import comparison_document
from cli.policy.diff import policy_difference
from cli.policy.groups import read_groups
from models.clock import ClockMode
from models.contribution import Run
from models.errors import Unproved, WrongUse
from models.instants import DAY, parse_instant
from models.policy import Recency
from models.record import Record
from models.topics import JOURNAL
from policies.policy_file import load_policy
from scoring.assess import Assessor
from scoring.run import assess_run
from tests.audit.history import History, a_policy
from tests.audit.policies import a_policy_of, a_value

FROM = parse_instant("2024-02-01T00:00:00Z")


def test_a_difference_names_every_key_and_code(tmp_path: Path) -> None:
    a = a_policy_of()
    b = a_policy_of(window_days=30, size=5, status={"reported": 50}, index={"A": 10_000, "B": 9_000, "D": 1})
    assert [one.name for one in differing_keys(a, b)] == [
        "band.exit_rank", "band.size", "recency", "status.cancelled", "status.reported", "window.days",
    ]  # fmt: skip
    assert [(one.name, one.a, one.b) for one in differing_codes(a, b)] == [
        ("B", 25_000, 9_000), ("C", 100_000, None), ("D", None, 1), ("Z", 0, None),
    ]  # fmt: skip
    file = a_policy(tmp_path)
    assert policy_difference(file, file).same


@pytest.mark.stack
def test_the_policy_in_force_gives_the_transitions_that_were_published(history: History) -> None:
    founding = load_policy(Path(history.installation.environment["HARMWATCH_POLICY"]))
    backtests = try_policies(history.opened("clean"), [founding], None, None)
    published = [change for item in history.items[JOURNAL] for change in item.content["transitions"]]
    (backtest,) = backtests.backtests
    assert len(backtest.moved_at) == backtest.engine.sequence == len(published)
    last = {change["offender_id"]: change["transition"] for change in published}
    inside = {who for who, move in last.items() if move == "entered"}
    assert {row.offender_id for row in backtest.engine.board(1_000) if row.in_band} == inside


@pytest.mark.stack
@pytest.mark.parametrize("end", ["2024-03-20T05:30:00Z", None])
def test_the_window_ends_where_it_is_asked_to(history: History, end: str | None) -> None:
    until = None if end is None else parse_instant(end)
    policy = a_policy_of(size=8, exit_rank=9, index={"A": 10_000, "B": 25_000, "C": 100_000})
    backtests = try_policies(history.opened("clean"), [policy, policy], FROM, until)
    assert (backtests.start, backtests.end) == (FROM, until or backtests.backtests[0].engine.as_of)
    assert movers(backtests) == []
    stayed = [backtests.backtests[0].stays.microseconds(f"p{n}", FROM, backtests.end) for n in range(97)]
    assert 8 * (backtests.end - FROM) <= sum(stayed) <= 9 * (backtests.end - FROM)


@pytest.mark.stack
def test_a_window_outside_of_the_history_is_said(history: History) -> None:
    for start, end, says in ((None, "2190-01-01T00:00:00Z", "of --to"), ("2190-01-01T00:00:00Z", None, "--from must")):
        instants = [None if text is None else parse_instant(text) for text in (start, end)]
        with pytest.raises(Unproved, match=says):
            try_policies(history.opened("clean"), [a_policy_of()], *instants)


def told(backtest: Backtest, values: list[bytes]) -> None:
    """The records of one partition, all in one run."""
    records = []
    for offset, value in enumerate(values):
        key = json.loads(value)["offender_id"].encode()
        records.append(Record(offset, FROM // 1000 + 365 * 86_400_000, key, value))
    run: Run = assess_run(0, 0, len(records), records, Assessor(backtest.policy))
    backtest.tell(run, None)


def a_trial_of_two() -> Backtests:
    """Two people, ten days apart; under the second policy an offence counts five days only, and B is worth more."""
    first = a_policy_of(size=1)
    second = a_policy_of(size=1, window_days=5, recency=(Recency(5, 100),), index={"A": 10_000, "B": 90_000})
    backtests = [Backtest(policy, ClockMode.EVENT) for policy in (first, second)]
    for backtest in backtests:
        told(
            backtest,
            [
                a_value(offender_id="heavy", code="C", offence_id="1"),
                a_value(offender_id="<b>", code="B", offence_id="2", recorded_at="2024-02-11T00:00:00Z"),
            ],
        )
        backtest.pass_time(FROM + 20 * DAY)
    return Backtests("v100", FROM, FROM + 20 * DAY, backtests)


def test_the_report_counts_days_alerts_refusals_and_groups() -> None:
    document = comparison_document(a_trial_of_two(), {"heavy": "x", "<b>": "y & z"}, 0)
    assert (document.would_enter, document.would_leave) == ((), ("heavy",))
    assert (document.days_gained, document.days_lost) == (5.0, 20.0)
    assert (document.a.alerts, document.b.alerts) == (1, 2)
    assert (document.a.refused, document.b.refused) == (0, 1)
    assert (document.a.days_over_capacity, document.b.days_over_capacity) == (1, 2)
    assert [(day.day, day.b) for day in document.alerts_per_day if day.b] == [
        ("2024-02-11", 1), ("2024-02-16", 1),
    ]  # fmt: skip
    shares = {one.group: (one.a.percent_of_days, one.b.percent_of_days) for one in document.groups or ()}
    assert shares == {"x": (100.0, 0.0), "y & z": (0.0, 100.0)}


def test_a_table_of_groups_must_have_its_columns(tmp_path: Path) -> None:
    path = tmp_path / "groups.csv"
    path.write_text("offender_id,group\np1,x\np2,\n")
    assert read_groups(path) == {"p1": "x", "p2": "(none)"}
    path.write_text("id,group\np1,x\n")
    with pytest.raises(WrongUse, match="columns offender_id and group"):
        read_groups(path)
    with pytest.raises(WrongUse, match="cannot be read"):
        read_groups(tmp_path / "none.csv")


@pytest.mark.stack
def test_the_commands_on_policies(history: History, tmp_path: Path) -> None:
    service, policy = history.installation, history.installation.environment["HARMWATCH_POLICY"]
    assert service.json("policy", "check", policy)["digest"] == load_policy(Path(policy)).digest
    assert service.json("policy", "diff", policy, policy)["same"]
    page = tmp_path / "page.html"
    document = service.json("policy", "compare", policy, policy, "--html", str(page), "--capacity", "2")
    assert document["movers"] == []
    assert page.read_text().startswith("<!doctype html>")
    service.run("policy", "check", str(page), code=2)
    service.run("policy", "compare", policy, policy, "--from", "2024-03-01T00:00:00Z", "--to", "never", code=2)
    service.run("policy", "compare", policy, policy, "--to", "2190-01-01T00:00:00Z", code=1)
