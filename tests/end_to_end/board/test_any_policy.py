"""Other policies, other streams: every field of every alert is the oracle's."""

import json
import random
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.installation import Installation
from tests.end_to_end.oracle_of_alerts import Oracle, Report, when

pytestmark = pytest.mark.stack

INDEX = "code,days,title\nA,10,a\nB,10,b\nC,182.5,c\nD,365,d\nE,0,e\nF,0.001,f\n"
HEAD = 'id = "any"\nversion = "1"\nowner = "tests"\n[index]\nfile = "index.csv"\n'
POLICIES = {
    "ties at the cut": """[window]\ndays = 40\nanchor = "reported_at"
[status]\nreported = 100\ncharged = 100\ncancelled = 0\n[band]\nsize = 6\nexit_rank = 6\n""",
    "recency, scope and hysteresis": """[window]\ndays = 90\nanchor = "occurred_at"
[[recency]]\nuntil_days = 20\npercent = 100\n[[recency]]\nuntil_days = 60\npercent = 33
[[recency]]\nuntil_days = 90\npercent = 1
[scope]\nvictim_sex = ["female", "unknown"]\ncodes = ["A", "C", "D", "F"]
[status]\nreported = 100\ncharged = 250\ncancelled = 0\n[band]\nsize = 3\nexit_rank = 7\n""",
    "one place": """[window]\ndays = 365\nanchor = "reported_at"\n[status]\nreported = 7\ncharged = 3\ncancelled = 0
[band]\nsize = 1\nexit_rank = 1\n""",
}

QUICK = "recency, scope and hysteresis"
"""The one that make test runs: its band, scope and steps are the richest."""
OFFENDERS = ["a", "b", "{v100}", "ä", "line\n", "\U0001f600", "￮", "nul\0", *(f"p{number}" for number in range(22))]
AS_THEY_ARE = (
    "sequence", "transition", "offender_id", "rank", "score_millidays", "previous", "cut", "counterpart", "cause",
)  # fmt: skip
START = datetime(2020, 2, 27, 23, 30, tzinfo=UTC)


def a_stream(seed: int, count: int) -> list[Report]:
    chance, now, known = random.Random(seed), START, list[Report]()
    reports = []
    for number in range(count):
        # Many records share an instant, so that steps end together; some come late, a few years late.
        now += chance.choice(
            [timedelta(0), timedelta(0), timedelta(hours=6), timedelta(days=chance.choice([1, 1, 3, 15]))]
        )
        late = chance.choice([0, 0, 0, 0, 0, 5, 400])
        recorded = max(START, now - timedelta(days=late)) if chance.random() < 0.9 else now + timedelta(microseconds=7)
        if known and chance.random() < 0.4:
            report = revised(chance, chance.choice(known))
        else:
            report = {"type": "offence.reported", "offence_id": f"o{number}", "offender_id": chance.choice(OFFENDERS)}
            report |= {
                "code": chance.choice("AABBCDEF"),
                "occurred_at": written(chance, recorded - timedelta(days=chance.choice([0, 1, 30]))),
            }
            known.append(report)
        report |= {"event_id": f"e{number}", "recorded_at": written(chance, recorded)}
        if chance.random() < 0.5 or (report.get("revision", 1) > 1 and report["type"] != "offence.withdrawn"):
            report["reported_at"] = written(chance, recorded - timedelta(days=chance.choice([0, 2])))
        if chance.random() < 0.3:
            report["victim_sex"] = chance.choice(["female", "male", "unknown"])
        reports.append(dict(report))
        if chance.random() < 0.05:
            reports.append(dict(report) | {"event_id": f"again-{number}", "code": "D"})
    return reports


def revised(chance: random.Random, report: Report) -> Report:
    revision = max(1, report.get("revision", 1) + chance.choice([-1, 0, 1, 1, 1, 3]))
    change: Report = {
        "revision": revision,
        "type": chance.choice(["offence.amended", "offence.amended", "offence.withdrawn"]),
    }
    if chance.random() < 0.5:
        change["status"] = chance.choice(["reported", "charged", "cancelled"])
    if chance.random() < 0.5:
        change["code"] = chance.choice("ABCD")
    if chance.random() < 0.1:
        change["offender_id"] = chance.choice(OFFENDERS)
    return report | change


def written(chance: random.Random, moment: datetime) -> str:
    zone = timezone(timedelta(minutes=chance.choice([0, 0, 60, -570, 825])))
    text = moment.astimezone(zone).isoformat()
    return chance.choice([text, text.replace("+00:00", "Z"), text.replace("T", "t")])


def as_the_oracle_says_it(alert: dict[str, Any]) -> dict[str, Any]:
    exit_at, entered = alert["expected_exit_at"], alert["entered"]
    names = (
        "sequence",
        "transition",
        "offender_id",
        "rank",
        "score_millidays",
        "previous",
        "cut",
        "counterpart",
        "cause",
    )
    return {name: alert[name] for name in names} | {
        "as_of": when(alert["as_of"]),
        "offset": alert["input"] and alert["input"]["offset"],
        "contributions": [(c["offence_id"], c["millidays"], when(c["until"])) for c in alert["contributions"]],
        "contributions_total": alert["contributions_total"],
        "expected_exit_at": exit_at and when(exit_at),
        "entered": entered and (entered["alert_id"], when(entered["as_of"])),
    }


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=() if name == QUICK else pytest.mark.thorough) for name in POLICIES]
)
def test_every_field_of_every_alert_is_the_oracles(
    stack_environment: dict[str, str], tmp_path: Path, name: str
) -> None:
    tmp_path.joinpath("index.csv").write_text(INDEX)
    policy = tmp_path / "policy.toml"
    policy.write_text(HEAD + POLICIES[name])
    reports = a_stream(len(name), 700)
    installation = Installation(stack_environment, tmp_path, policy=str(policy), clock="event")
    try:
        installation.send([(report["offender_id"].encode(), json.dumps(report).encode()) for report in reports])
        installation.start_worker()
        installation.wait_idle()
        expected = list(Oracle(policy, "v100").alerts(reports))
        published = [as_the_oracle_says_it(alert) for alert in installation.alerts()]
        assert len(expected) > 60
        for ours, theirs in zip(expected, published, strict=False):
            assert theirs == ours
        assert len(published) == len(expected)
        assert installation.json("verify", "--redis")["ok"]
    finally:
        installation.end_workers()
