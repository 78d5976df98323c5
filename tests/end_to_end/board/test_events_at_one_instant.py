"""By the clock of the events: more windows end at one instant than a run of records may end."""

import json
import signal
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.instant import PATIENCE, Instant, a_report

pytestmark = [pytest.mark.stack, pytest.mark.thorough]
MANY = 6_500


def activate(board: Instant, policy: Path) -> Any:
    """Puts it in force as soon as the group has noticed that the killed worker is gone."""
    until = datetime.now(UTC) + PATIENCE
    while not (told := board.installation.run("policy", "activate", str(policy), "--json", code=None)):
        assert datetime.now(UTC) < until
    return json.loads(told)


def test_what_ends_at_the_instant_of_an_activation_ends_under_the_old_policy(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    """Not by the new one's doing, also where a worker died between two ticks."""
    board = Instant(stack_environment, tmp_path, "event", MANY)
    installation = board.installation
    old = Path(installation.environment["HARMWATCH_POLICY"])
    new = tmp_path / "new.toml"
    new.write_text(old.read_text().replace('version = "1"', 'version = "2"'))
    try:
        board.load()
        board.go_on()
        board.await_middle()
        installation.end_workers(signal.SIGKILL)
        activated = activate(board, new)
        assert (activated["entered"], activated["left"]) == (0, 0)
        installation.environment["HARMWATCH_POLICY"] = str(new)
        installation.start_worker()
        installation.wait_idle()
        causes = {(alert["offender_id"][0], alert["cause"]["kind"]) for alert in installation.alerts()}
        assert ("s", "expiry") in causes
        assert "policy" not in {kind for _, kind in causes}
        board.require_repeating()
    finally:
        installation.end_workers(signal.SIGKILL)


def test_a_run_at_the_instant_is_not_halved_for_what_ends_before_it(
    stack_environment: dict[str, str], tmp_path: Path
) -> None:
    board = Instant(stack_environment, tmp_path, "event", MANY)
    installation = board.installation
    try:
        board.load()
        installation.end_workers()
        board.ingest([a_report(who, board.at, board.at) for who in ("r0", "r1", "r2", "r3")])
        installation.start_worker()
        installation.wait_idle()
        entries = [json.loads(record.value) for record in installation.read("journal.v1")]
        runs = [entry["run"] for entry in entries if entry["run"]]
        assert runs[-1]["end"] - runs[-1]["start"] == 4
        board.require_repeating()
    finally:
        installation.end_workers(signal.SIGKILL)
