"""Scores fall with time, and no record has to arrive for it."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.end_to_end.installation import Installation, under_this_load

pytestmark = pytest.mark.stack
PATIENCE = timedelta(seconds=30)


def test_a_window_that_ends_sends_left_and_vacancy_stamped_with_its_due_time(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    tmp_path.joinpath("index.csv").write_text("code,days,title\nA,100,a\nB,10,b\n")
    policy = tmp_path / "policy.toml"
    policy.write_text(
        """id = "t"\nversion = "1"\nowner = "tests"\n[index]\nfile = "index.csv"\n[window]\ndays = 1
anchor = "reported_at"\n[status]\nreported = 100\n[band]\nsize = 1\nexit_rank = 1\n"""
    )
    installation = Installation(stack_environment, tmp_path, policy=str(policy))
    try:
        installation.start_worker()
        installation.wait_idle()
        now = datetime.now(UTC)
        due = now + timedelta(seconds=under_this_load(6))
        installation.send([report("heavy", "A", now, due - timedelta(days=1)), report("light", "B", now, now)])
        installation.wait_idle()
        assert [alert["transition"] for alert in installation.alerts()] == ["entered"]
        while len(records := installation.read("alerts.v1")[1:]) < 2:
            assert datetime.now(UTC) < due + PATIENCE
        left, entered = (json.loads(record.value) for record in records)
        stamp = due.isoformat().replace("+00:00", "Z")
        assert (left["transition"], left["offender_id"], left["cause"]["kind"]) == ("left", "heavy", "expiry")
        assert (entered["offender_id"], entered["cause"]["kind"]) == ("light", "vacancy")
        assert left["as_of"] == entered["as_of"] == stamp
    finally:
        installation.end_workers()


def report(who: str, code: str, now: datetime, reported: datetime) -> tuple[bytes, bytes]:
    content = {
        "event_id": f"e-{who}",
        "type": "offence.reported",
        "offence_id": f"o-{who}",
        "offender_id": who,
        "code": code,
        "occurred_at": reported.isoformat(),
        "recorded_at": now.isoformat(),
        "reported_at": reported.isoformat(),
    }
    return who.encode(), json.dumps(content).encode()
