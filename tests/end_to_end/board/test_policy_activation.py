"""Another policy for a board that is at work: through the command line, with real workers and a Redis that forgets."""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient

from tests import kafka_transactions
from tests.crash.armed_worker import VARIABLE
from tests.end_to_end.activated import reports, standings, two_policies
from tests.end_to_end.installation import ROOT, Installation, fold

pytestmark = pytest.mark.stack

QUARTER, HALF, WHOLE = 600, 1_200, 2_000


class Board:
    """An installation with both policies; `run_with` says which one its next workers take."""

    def __init__(self, environment: dict[str, str], folder: Path) -> None:
        self.folder = folder
        self.old, self.new = two_policies(folder)
        self.installation = Installation(environment, folder, 2, clock="event", policy=self.old)

    def work(self, policy: str) -> None:
        """A worker with a policy takes in all there is, and ends."""
        self.installation.environment["HARMWATCH_POLICY"] = policy
        self.installation.start_worker()
        self.installation.wait_idle()
        self.installation.end_workers()

    def refused_worker(self, policy: str) -> str:
        """What a worker with a policy says that ends by itself."""
        self.installation.environment["HARMWATCH_POLICY"] = policy
        worker = self.installation.start_worker()
        assert worker.wait(60) == 1
        said = self.folder.joinpath(f"worker-{len(self.installation.workers) - 1}.log").read_text()
        self.installation.workers.clear()
        return said

    def activate(self, policy: str) -> Any:
        """The document of `harmwatch policy activate`."""
        return self.installation.json("policy", "activate", policy)

    def dies(self, armed: str, *words: str) -> None:
        """A command that is killed at a crash point."""
        command = [sys.executable, "-m", "tests.end_to_end.armed_command", *words]
        environment = self.installation.environment | {VARIABLE: armed}
        done = subprocess.run(command, env=environment, capture_output=True, cwd=ROOT, timeout=120, check=False)
        assert done.returncode == -signal.SIGKILL, done.stderr.decode()
        with closing(KafkaAdminClient(bootstrap_servers=environment["HARMWATCH_KAFKA"])) as admin:
            kafka_transactions.settle(admin, self.installation.prefix)

    def journal(self) -> list[dict[str, Any]]:
        """The entries of journal.v1."""
        return [json.loads(record.value) for record in self.installation.read("journal.v1")]


@dataclass(frozen=True)
class Changed:
    """A board under the old policy, then under the new one; and what was seen on the way."""

    board: Board
    before: Any
    activation: Any
    right_after: Any
    verified: Any


@pytest.fixture(scope="module")
def changed(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Changed]:
    """Half of the reports under the old policy, the other half under the new one."""
    board = Board(stack_environment, tmp_path_factory.mktemp("activation"))
    installation = board.installation
    try:
        for first, last in ((0, QUARTER), (QUARTER, HALF)):  # two runs at least, so that there is a moment between them
            installation.json("ingest", reports(board.folder, first, last))
            board.work(board.old)
        before = installation.json("board", "--top", "1000")
        activation = board.activate(board.new)
        right_after = installation.json("board", "--top", "1000")
        installation.environment["HARMWATCH_POLICY"] = board.new
        verified = installation.json("verify", "--redis")
        installation.json("ingest", reports(board.folder, HALF, WHOLE))
        board.work(board.new)
        yield Changed(board, before, activation, right_after, verified)
    finally:
        installation.end_workers()


def test_the_activation_is_one_entry_that_tells_who_moved(changed: Changed) -> None:
    entry = changed.board.journal()[changed.activation["entry"] - 1]
    assert entry["kind"] == "policy"
    assert entry["policy_digest"] == changed.activation["policy"]["digest"] == entry["body"]["policy_digest"]
    band = {row["offender_id"] for row in changed.before["entries"] if row["in_band"]}
    for change in entry["transitions"]:
        own = {"kind": "policy", "event_id": None, "offence_id": None, "offender_id": change["offender_id"]}
        assert (change["cause"], change["counterpart"]) == (own, None)
        assert (change["transition"] == "left") == (change["offender_id"] in band)
    moved = {change["offender_id"] for change in entry["transitions"]}
    after = {row["offender_id"] for row in changed.right_after["entries"] if row["in_band"]}
    assert moved == band ^ after
    assert changed.activation["left"] > 0 < changed.activation["entered"]


def test_what_stood_before_and_after_an_activation_verifies_with_the_store(changed: Changed) -> None:
    assert changed.verified["ok"], changed.verified["faults"]
    assert changed.board.installation.json("verify", "--redis")["ok"]


def test_a_certificate_names_both_policies(changed: Changed, tmp_path: Path) -> None:
    installation = changed.board.installation
    keys = installation.json("keys", "new", "--dir", str(tmp_path))
    certificate = str(tmp_path / "certificate.json")
    installation.run("verify", "--certificate", certificate, "--key", keys["private_key"])
    policies = installation.json("certificate", "check", certificate, "--public-key", keys["public_key"])["policies"]
    expected = [changed.activation["before"], changed.activation["policy"]]
    assert policies == expected


def test_the_board_is_what_the_new_policy_makes_of_all_reports(
    changed: Changed, stack_environment: dict[str, str], tmp_path: Path
) -> None:
    fresh = Board(stack_environment, tmp_path)
    try:
        for first, last in ((0, HALF), (HALF, WHOLE)):
            fresh.installation.json("ingest", reports(tmp_path, first, last))
        fresh.work(fresh.new)
        assert standings(changed.board.installation) == standings(fresh.installation)
    finally:
        fresh.installation.end_workers()


def test_the_alerts_go_on_without_a_gap_and_name_the_policy_in_force(changed: Changed) -> None:
    installation = changed.board.installation
    alerts = installation.alerts()
    board = installation.json("board", "--top", "1000")
    assert fold(alerts) == {row["offender_id"] for row in board["entries"] if row["in_band"]}
    causes = [alert["cause"]["kind"] == "policy" for alert in alerts]
    first = causes.index(True)
    assert [alert["alert_id"] for alert in alerts if alert["cause"]["kind"] == "policy"] == changed.activation["alerts"]
    old, new = changed.activation["before"], changed.activation["policy"]
    assert [alert["policy"] for alert in alerts] == [old] * first + [new] * (len(alerts) - first)


def test_the_board_as_known_then_goes_by_the_policy_of_then(changed: Changed) -> None:
    installation, before = changed.board.installation, changed.before
    last = [entry for entry in changed.board.journal() if entry["as_of"] < before["as_of"]][-1]
    found = installation.json("board", "--top", "1000", "--at", last["as_of"])
    assert sum(row["in_band"] for row in found["entries"]) == 20
    found = installation.json("board", "--top", "1000", "--at", before["as_of"])
    assert found["entries"] == changed.right_after["entries"]


def test_an_alert_that_a_policy_caused_is_explained_by_it(changed: Changed) -> None:
    for alert_id in (changed.activation["alerts"][0], changed.activation["alerts"][-1]):
        found = changed.board.installation.json("explain", alert_id)
        assert found["policy"]["id"] == "new"
        assert sum(item["millidays"] for item in found["contributions"]) == found["score_millidays"]
        assert "other rules came into force" in changed.board.installation.run("explain", alert_id)


def test_what_was_known_later_is_reported_under_the_policy_of_its_time(changed: Changed) -> None:
    installation, at = changed.board.installation, changed.before["as_of"]
    last = [entry for entry in changed.board.journal() if entry["as_of"] < at][-1]["as_of"]
    for moment, name in ((last, "old"), (at, "new")):
        known = installation.json("board", "--at", moment, "--as-known-now")
        assert known["policy"]["id"] == name
        assert f"under policy {name} " in installation.run("board", "--at", moment, "--diff")
    found = installation.json("amendments")
    assert found["claims"][0]["claim"] in {"none_amended", "some_amended"}
    assert found["unassessed"] == []


def test_a_worker_with_the_old_policy_stops_and_says_what_to_do(changed: Changed) -> None:
    said = changed.board.refused_worker(changed.board.old)
    assert changed.activation["before"]["digest"] in said
    assert changed.activation["policy"]["digest"] in said
    assert "harmwatch policy activate" in said
    assert "Traceback" not in said


def test_an_activation_that_is_done_changes_nothing_when_repeated(changed: Changed) -> None:
    entries = len(changed.board.journal())
    again = changed.board.activate(changed.board.new)
    assert not again["activated"]
    assert len(changed.board.journal()) == entries


def test_an_emptied_redis_is_rebuilt_through_the_activation(
    changed: Changed,
) -> None:
    installation = changed.board.installation
    before, alerts = installation.json("board", "--top", "1000"), installation.alerts()
    installation.empty_store()
    changed.board.work(changed.board.new)
    assert installation.json("board", "--top", "1000") == before
    assert installation.alerts() == alerts
    assert installation.json("verify", "--redis")["ok"]


def test_a_policy_is_not_activated_while_a_worker_runs(changed: Changed) -> None:
    board = changed.board
    board.installation.environment["HARMWATCH_POLICY"] = board.new
    entries = len(board.journal())
    board.installation.start_worker()
    while len(board.journal()) == entries:  # its recovery is an entry
        time.sleep(0.2)
    said = board.installation.say("policy", "activate", board.old)
    board.installation.end_workers()
    assert (said.code, "stop them first" in said.errors) == (1, True), said.errors


def test_a_policy_that_cannot_assess_what_is_known_is_refused(changed: Changed) -> None:
    board = changed.board
    entries = len(board.journal())
    index = board.folder / "new.csv"
    whole = index.read_text()
    index.write_text("\n".join(line for line in whole.splitlines() if not line.startswith("Y")))
    said = board.installation.say("policy", "activate", board.new)
    index.write_text(whole)
    assert said.code == 1
    assert "code 'Y' is not in the index of policy new (" in said.errors
    assert not [entry for entry in board.journal()[entries:] if entry["kind"] == "policy"]
    board.work(board.new)


def test_a_board_that_is_not_founded_has_no_policy_to_change(stack_environment: dict[str, str], tmp_path: Path) -> None:
    said = Board(stack_environment, tmp_path).installation.say("policy", "activate", str(tmp_path / "new.toml"))
    assert (said.code, "not founded yet" in said.errors) == (1, True), said.errors


OLD_AFTER = [("fenced", 1), ("rebuilding", 2), ("applied", 1), ("sent", 2)]
NEW_AFTER = [("committed", 2), ("trimmed", 2), ("committed", 3)]
QUICK = [("committed", 2)]


@pytest.mark.parametrize(
    ("point", "nth"),
    [*QUICK, *(pytest.param(*kill, marks=pytest.mark.thorough) for kill in OLD_AFTER + NEW_AFTER if kill not in QUICK)],
)
def test_an_activation_that_is_killed_leaves_the_old_policy_or_the_new_one(
    changed: Changed, tmp_path: Path, point: str, nth: int
) -> None:
    board = changed.board
    before = board.journal()[-1]["policy_digest"]
    new_in_force = before == changed.activation["policy"]["digest"]
    current, target = (board.new, board.old) if new_in_force else (board.old, board.new)
    board.dies(f"{point}:kill:{nth}:{tmp_path / 'token'}", "policy", "activate", target)
    moved = board.journal()[-1]["policy_digest"] != before
    assert moved == ((point, nth) in NEW_AFTER)
    board.work(target if moved else current)
    assert board.installation.json("verify", "--redis")["ok"]
    rows = board.installation.json("board", "--top", "1000")["entries"]
    band = {row["offender_id"] for row in rows if row["in_band"]}
    assert len(band) == (15 if moved != new_in_force else 20)
    assert fold(board.installation.alerts()) == band
