"""The whole real stream of Cook County, held against an oracle that shares no code with the service."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.installation import ROOT, Installation, fold
from tests.end_to_end.oracle import harm, ranking, when
from tests.end_to_end.oracle_of_moves import moves

pytestmark = pytest.mark.stack
POLICY = str(ROOT / "policies" / "cook-county.toml")
MAPPING = str(ROOT / "policies" / "cook-county.mapping.toml")


def reports_on(installation: Installation) -> list[dict[str, Any]]:
    return [json.loads(record.value) for record in installation.read("offences.v1")]


@pytest.mark.thorough
def test_two_workers_give_the_oracles_board_and_alerts(
    stack_environment: dict[str, str], real_input: Path, tmp_path: Path
) -> None:
    installation = Installation(stack_environment, tmp_path, partitions=4, policy=POLICY, clock="event")
    try:
        installation.start_worker()
        installation.start_worker()
        installation.json("ingest", str(real_input), "--mapping", MAPPING, code=1)
        status = installation.wait_idle(200)
        entries = installation.json("board", "--top", "1000000")["entries"]
        expected = ranking(reports_on(installation), harm(ROOT / "policies/cook-county.csv"), when(status["as_of"]))
        assert [(row["offender_id"], row["score_millidays"]) for row in entries] == expected
        assert [row["rank"] for row in entries] == list(range(1, len(entries) + 1))
        assert [row["in_band"] for row in entries] == [row["rank"] <= 100 for row in entries]
        assert fold(installation.alerts()) == {row["offender_id"] for row in entries[:100]}
        assert installation.json("verify", "--redis")["ok"]
    finally:
        installation.end_workers()


def test_every_transition_of_one_partition_is_the_oracles(
    stack_environment: dict[str, str], real_input: Path, tmp_path: Path
) -> None:
    installation = Installation(stack_environment, tmp_path, partitions=1, policy=POLICY, clock="event")
    try:
        installation.start_worker()
        installation.json("ingest", str(real_input), "--mapping", MAPPING, code=1)
        installation.wait_idle(200)
        expected = list(moves(reports_on(installation), harm(ROOT / "policies/cook-county.csv"), 100))
        published = [
            (a["transition"], a["offender_id"], when(a["as_of"]), a["rank"], a["score_millidays"])
            for a in installation.alerts()
        ]
        assert len(expected) > 1_000
        assert published == expected
    finally:
        installation.end_workers()
