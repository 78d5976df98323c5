"""An explanation adds up, names every record, and its what-ifs are true."""

import re
from pathlib import Path
from typing import Any

import pytest

from audit.history.evidence import Evidence, Rule, RuleOutcome
from audit.history.history_replay import AppliedEntry, HistoryReplay
from cli.insight.explain import explanation
from cli.insight.explained import render_explanation
from models.clock import ClockMode
from models.instants import parse_instant
from models.policy import Policy
from models.record import Record
from models.topics import ALERTS, JOURNAL, OFFENCES
from runtime.settings import Settings
from scoring.assess import Assessor
from scoring.engine import Engine
from scoring.run import assess_run
from tests.audit.history import History
from tests.audit.policies import a_policy_of, a_value

AT = parse_instant("2024-03-01T00:00:00Z")
PLAIN = a_policy_of(status={"reported": 100, "contested": 0}, codes=("A", "Z"), victim_sex=("female",))


def judged(*values: bytes, policy: Policy = PLAIN) -> list[RuleOutcome]:
    """The verdicts on the records of p1."""
    records = [Record(offset, AT // 1000, b"p1", value) for offset, value in enumerate(values)]
    run = assess_run(0, 0, len(records), records, Assessor(policy))
    evidence = Evidence("p1")
    evidence(AppliedEntry(run, records, (), ClockMode.WALL, AT, AT))
    engine = Engine(policy.band_size, policy.exit_rank, ClockMode.WALL)
    engine.apply(run, AT)
    return evidence.judged(policy, engine.offender("p1").contributions)


@pytest.mark.parametrize(
    ("changes", "rule", "says"),
    [
        ({}, Rule.COUNTED, ""),
        ({"type": "offence.withdrawn"}, Rule.WITHDRAWN, "withdrawn"),
        ({"victim_sex": "male"}, Rule.SCOPE, "victim's sex is male, the policy takes in female"),
        ({"code": "B"}, Rule.SCOPE, "code 'B' is not among"),
        ({"code": "Z"}, Rule.WEIGHT, "counts 0 days in the index"),
        ({"status": "contested"}, Rule.STATUS, "status contested counts 0 %"),
        ({"reported_at": "2023-12-01T00:00:00Z"}, Rule.EXPIRED, "ended at 2024-01-30T00:00:00Z"),
    ],
)
def test_each_rule_is_named(changes: dict[str, Any], rule: Rule, says: str) -> None:
    (line,) = judged(a_value(**changes))
    assert line.rule is rule
    assert says in line.detail


def test_only_the_highest_revision_counts_and_the_others_are_superseded() -> None:
    lines = judged(a_value(revision=2), a_value(revision=5), a_value(revision=5, code="Z"), a_value(revision=1))
    assert [line.rule for line in lines] == [Rule.SUPERSEDED, Rule.COUNTED, Rule.SUPERSEDED, Rule.SUPERSEDED]
    assert "revision 5 of it stands in the place of revision 2" in lines[0].detail
    assert "revision 5 of it was known already" in lines[2].detail


def settings_of(history: History) -> Settings:
    names = ("KAFKA", "PREFIX", "POLICY")
    found = history.installation.environment
    return Settings.model_validate({name.lower(): found[f"HARMWATCH_{name}"] for name in names})


def some_alerts(history: History) -> list[dict[str, Any]]:
    """Of all kinds that a record caused."""
    alerts = [item.content for item in history.items[ALERTS][1:]]
    return [alert for alert in alerts if alert["input"]][::9]


@pytest.mark.stack
def test_an_explained_alert_adds_up_and_names_every_record(history: History) -> None:
    alerts = some_alerts(history)
    assert {alert["transition"] for alert in alerts} == {"entered", "left"}
    for alert in alerts:
        document = explanation(settings_of(history), alert["alert_id"], None, None)
        assert (document.rank, document.score_millidays) == (alert["rank"], alert["score_millidays"])
        assert sum(line.millidays for line in document.contributions) == alert["score_millidays"]
        shown = [line.offence_id for line in document.contributions][:20]
        assert shown == [line["offence_id"] for line in alert["contributions"]]
        assert document.cut.margin_millidays == alert["cut"]["margin_millidays"]
        known = [line.source for line in document.contributions] + [line.source for line in document.excluded]
        places = sorted((source.partition, source.offset) for source in known)
        assert places == records_until(history, alert)


def records_until(history: History, alert: dict[str, Any]) -> list[tuple[int, int]]:
    """The places of all records under the person's key, up to the one that caused the alert."""
    keys = {(record.partition, record.offset): record.key for record in history.installation.read(OFFENCES.name)}
    found = []
    for item in history.items[JOURNAL]:
        entry = item.content
        run = entry["run"] or {"partition": 0, "start": 0, "end": 0}
        caused = any(change["sequence"] == alert["sequence"] for change in entry["transitions"])
        end = alert["input"]["offset"] + 1 if caused else run["end"]
        places = [(run["partition"], offset) for offset in range(run["start"], end)]
        found += [place for place in places if keys.get(place) == alert["offender_id"].encode()]
        if caused:
            break
    return sorted(found)


@pytest.mark.stack
def test_an_alert_of_a_drained_step_is_explained_as_it_was_sent(history: History) -> None:
    drained = [item.content for item in history.items[ALERTS][1:] if not item.content["input"]][:4]
    assert drained
    for alert in drained:
        document = explanation(settings_of(history), alert["alert_id"], None, None)
        assert (document.rank, document.score_millidays) == (alert["rank"], alert["score_millidays"])
        assert sum(line.millidays for line in document.contributions) == alert["score_millidays"]
        assert document.alert is not None
        assert document.alert.expected_exit_at == alert["expected_exit_at"]


@pytest.mark.stack
def test_what_came_before_the_baseline_is_explained_and_said_not_to_have_been_sent(history: History) -> None:
    last = history.items[ALERTS][0].content["last_sequence"]
    for sequence, sent in ((1, False), (last, False), (last + 1, True)):
        document = explanation(settings_of(history), f"v100:{sequence}", None, None)
        assert document.alert is not None
        assert document.alert.sent is sent
        assert ("It was not sent" in render_explanation(document)) is not sent


@pytest.mark.stack
def test_a_person_is_explained_with_every_alert_about_them(history: History) -> None:
    baseline, *alerts = [item.content for item in history.items[ALERTS]]
    member, mover = baseline["band"][0]["offender_id"], alerts[0]["offender_id"]
    for who in (member, mover):
        told = explanation(settings_of(history), None, who, None).alerts
        sent = [alert["alert_id"] for alert in alerts if alert["offender_id"] == who]
        assert [one.alert_id for one in told if one.sent] == sent
        before = [int(one.alert_id.rpartition(":")[2]) for one in told if not one.sent]
        assert all(sequence <= baseline["last_sequence"] for sequence in before)
        assert before or who != member


@pytest.mark.stack
def test_what_would_have_changed_it_is_true(history: History) -> None:
    """Each claim is tried on a board of its own: without that offence, or with one more of that weight."""
    at = "2024-04-10T12:00:00Z"
    engine = HistoryReplay(history.opened("clean")).as_of(parse_instant(at))
    board = engine.board(1_000)
    inside, outside = board[3], board[12]
    document = explanation(settings_of(history), None, inside.offender_id, at)
    assert len(document.would_change.without) == len(document.contributions)
    for case in document.would_change.without:
        score = inside.score - next(
            line.millidays for line in document.contributions if line.offence_id == case.offence_id
        )
        assert case.score_millidays == score
        above = sum(row.score > score for row in board if row.offender_id != inside.offender_id)
        level = sum(row.score == score for row in board if row.offender_id != inside.offender_id)
        assert (case.rank is None) == (score == 0)
        assert score == 0 or (case.rank is not None and above < case.rank <= above + level + 1)
    document = explanation(settings_of(history), None, outside.offender_id, at)
    needed = document.would_change.needed_millidays
    assert needed is not None
    reach = outside.score + needed
    assert reach in {board[7].score, board[7].score + 1}


@pytest.mark.stack
def test_the_sums_can_be_done_by_hand_from_the_text(history: History) -> None:
    alert = some_alerts(history)[-1]
    text = render_explanation(explanation(settings_of(history), alert["alert_id"], None, None))
    counted, total = re.search(r"What counted[^\n]*\n(.*)\n +([0-9.]+) days together", text, re.DOTALL).groups()  # type: ignore[union-attr]
    days = [float(line.split()[0]) for line in counted.splitlines()]
    assert sum(days) == float(total) == alert["score_millidays"] / 1000
    for item in alert["contributions"]:
        assert item["offence_id"] in counted
    assert f"partition {alert['input']['partition']}, offset {alert['input']['offset']}" in text
    assert alert["policy"]["digest"] in text
    assert "(a, line 2 of the table)" in text or "(b, line 3 of the table)" in text or "(c, line 4" in text


@pytest.mark.stack
def test_a_bare_number_is_one_of_this_board(history: History) -> None:
    document = explanation(settings_of(history), "5", None, None)
    assert document == explanation(settings_of(history), "v100:5", None, None)
    assert document.alert is not None
    assert document.alert.alert_id == "v100:5"


@pytest.mark.stack
def test_what_cannot_be_explained_is_one_clear_line(history: History) -> None:
    service = history.installation
    for code, *words in (
        (1, "v100:999999"),
        (1, "other:5"),
        (1, "--offender", "nobody"),
        (1, "--offender", "p1", "--at", "2020-01-01T00:00:00Z"),
        (2, "nonsense"),
        (2, "v100:baseline:3"),
        (2, "v100:5", "--at", "2024-03-01T00:00:00Z"),
        (2,),
        (2, "--offender", "p1", "--at", "soon"),
    ):
        service.run("explain", *(str(word) for word in words), code=int(code))


@pytest.mark.stack
def test_an_explanation_is_written_as_a_page(history: History, tmp_path: Path) -> None:
    alert, page = some_alerts(history)[0], tmp_path / "case.html"
    history.installation.run("explain", alert["alert_id"], "--html", str(page), "--by", "An Inspector")
    text = page.read_text("utf-8")
    assert f"<h1>Why {alert['offender_id']} " in text
    assert "Made by An Inspector at " in text
    history.installation.run("explain", alert["alert_id"], "--by", "An Inspector", code=2)
