"""A transaction of somebody else is open on journal.v1: nobody takes its beginning for the journal's end."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.foreign import open_on
from tests.end_to_end.installation import HARMWATCH, ROOT, Installation, fold
from tests.end_to_end.recovery.test_recovery import lines, small_policy
from tests.end_to_end.troubleshooting import said_as_documented

pytestmark = pytest.mark.stack

PAUSE_SECONDS = 0.1
REPORTS: list[tuple[bytes | None, bytes | None]] = [
    (b"p%d" % (n * n % 997), line) for n, line in enumerate(lines(600).split())
]


@pytest.fixture
def installation(stack_environment: dict[str, str], tmp_path: Path) -> Iterator[Installation]:
    """A board with two hundred reports, at which a worker works."""
    made = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    made.send(REPORTS[:200])
    made.start_worker()
    made.wait_idle()
    yield made
    made.end_workers(signal.SIGKILL)


def settle(installation: Installation) -> Any:
    """The status once everything is applied and published, whether it can be read or not."""
    until = time.monotonic() + 60
    while True:
        document = installation.json("status")
        if (document["state"], document["lag"], document["outbox"]) == ("open", 0, 0):
            return document
        assert time.monotonic() < until, document
        time.sleep(PAUSE_SECONDS)


def wait_for(log: Path, words: str) -> None:
    """Until a worker has said so."""
    until = time.monotonic() + 60
    while words not in log.read_text("utf-8"):
        assert time.monotonic() < until, log.read_text("utf-8")
        time.sleep(PAUSE_SECONDS)


def nothing_is_wrong(installation: Installation) -> None:
    installation.wait_idle()
    assert installation.json("verify", "--redis")["ok"]
    rows = installation.json("board", "--top", "1000")["entries"]
    assert fold(installation.alerts()) == {row["offender_id"] for row in rows if row["in_band"]}


@pytest.mark.parametrize(
    "emptied",
    [pytest.param(False, id="the store stays", marks=pytest.mark.thorough), pytest.param(True, id="it is emptied")],
)
def test_a_recovery_waits_for_the_journals_end_and_sends_nothing_twice(
    installation: Installation, emptied: bool
) -> None:
    with open_on(installation, "journal.v1"):
        installation.send(REPORTS[200:400])
        entry = settle(installation)["entry"]
        installation.end_workers(signal.SIGKILL)
        installation.start_worker()
        said = installation.folder / "worker-0.log"
        wait_for(said, "a transaction of somebody else is open on")
        said_as_documented("the recovery waits", said.read_text("utf-8"))
        if emptied:
            installation.empty_store()
        installation.send(REPORTS[400:])
        time.sleep(1)
        document = installation.json("status")
        assert (document["state"], document["entry"]) == (("none", 0) if emptied else ("recovering", entry))
    nothing_is_wrong(installation)


def waits_for_the_end(installation: Installation, topic: str, *words: str) -> None:
    """A command says that it waits for the end of somebody's transaction, and does its work then."""
    with open_on(installation, topic):
        waiting = subprocess.Popen([*HARMWATCH, *words], env=installation.environment, stderr=subprocess.PIPE, cwd=ROOT)
        assert waiting.stderr is not None
        said = ""
        while "is open on" not in said:
            line = waiting.stderr.readline().decode()
            assert line, said
            said += line
        assert f"a transaction is open on {installation.prefix}{topic} since offset" in said
        assert waiting.poll() is None
    waiting.communicate(timeout=60)
    assert waiting.returncode == 0


def test_a_checkpoint_fixes_all_that_was_published(installation: Installation) -> None:
    keys = installation.json("keys", "new", "--dir", str(installation.folder))
    for topic in ("journal.v1", "alerts.v1"):
        waits_for_the_end(installation, topic, "checkpoint", "--key", keys["private_key"])
    assert installation.json("verify")["checkpoints"] == 2


def test_no_letter_goes_twice(installation: Installation) -> None:
    installation.send([(b"p", b"no report")])
    installation.wait_idle()
    installation.run("deadletters", "redrive", "--why", "tests")
    waits_for_the_end(installation, "redrives.v1", "deadletters", "redrive", "--why", "tests")
    letters = [json.loads(record.value)["letter"] for record in installation.read("redrives.v1")]
    assert letters[0] == 0
    assert len(set(letters)) == len(letters)


@pytest.mark.thorough
def test_an_activation_knows_all_that_was_published(installation: Installation) -> None:
    installation.end_workers()
    (installation.folder / "larger").mkdir()
    policy = small_policy(installation.folder / "larger", size=30)
    waits_for_the_end(installation, "journal.v1", "policy", "activate", policy)
    installation.environment["HARMWATCH_POLICY"] = policy
    assert installation.json("verify", "--redis")["ok"]


@pytest.mark.thorough
def test_alerts_that_cannot_be_read_are_named_and_nobody_is_accused(installation: Installation) -> None:
    certificate = installation.folder / "certificate.json"
    keys = installation.json("keys", "new", "--dir", str(installation.folder))
    with open_on(installation, "alerts.v1"):
        installation.send(REPORTS[200:])
        hidden = settle(installation)["sequence"] - len(installation.alerts())
        assert hidden > 0
        (held_back,) = installation.json("status")["held_back"]
        assert (held_back["topic"], type(held_back["producer_id"])) == (f"{installation.prefix}alerts.v1", int)
        why = f"a transaction is open on {held_back['topic']} since offset {held_back['offset']} (producer id"
        assert why in installation.run("status")
        assert why in installation.run("status", "--live", "--within", "600", code=1)
        assert why in installation.run("status", "--wait-idle", "0", code=1)
        assert why in first_warning(installation)
        document = installation.json(
            "verify", "--redis", "--certificate", str(certificate), "--key", keys["private_key"], code=1
        )
        assert (document["ok"], document["fault_count"], document["certificate"]) == (False, 0, None)
        (told,) = document["held_back"]
        assert told.startswith(f"{hidden} alerts cannot be read yet: {why}")
        assert told in installation.run("verify", code=1)
        assert not certificate.exists()
    installation.run("status", "--live", "--within", "600")
    nothing_is_wrong(installation)


def first_warning(installation: Installation) -> str:
    """The first line of a watch that is loud."""
    with subprocess.Popen(
        [*HARMWATCH, "watch", "--plain"], env=installation.environment, stdout=subprocess.PIPE, cwd=ROOT
    ) as watching:
        assert watching.stdout is not None
        line = next(line for line in watching.stdout if b"NOT LIVE" in line)
        watching.terminate()
    return line.decode()


@pytest.mark.thorough
def test_a_verification_judges_nothing_behind_the_readable_part_of_a_journal(installation: Installation) -> None:
    with open_on(installation, "journal.v1"):
        installation.send([*REPORTS[200:], (b"p", b"no report")])
        settle(installation)
        document = installation.json("verify", "--redis", code=1)
        assert (document["ok"], document["fault_count"]) == (False, 0)
        assert "entries cannot be read yet: a transaction is open on" in document["held_back"][0]
        assert installation.json("verify", "--to", "2")["ok"]
    nothing_is_wrong(installation)


@pytest.mark.thorough
def test_dead_letters_that_cannot_be_read_are_not_missing(installation: Installation) -> None:
    with open_on(installation, "dead-letters.v1"):
        installation.send([(b"p", b"no report")])
        settle(installation)
        document = installation.json("verify", code=1)
        assert (document["ok"], document["fault_count"]) == (False, 0)
        assert document["held_back"][0].startswith("1 dead letters cannot be read yet: a transaction is open on")
    nothing_is_wrong(installation)


@pytest.mark.thorough
def test_a_checkpoint_that_cannot_be_read_may_say_something_else(installation: Installation) -> None:
    keys = installation.json("keys", "new", "--dir", str(installation.folder))
    with open_on(installation, "checkpoints.v1"):
        installation.run("checkpoint", "--key", keys["private_key"])
        document = installation.json("verify", code=1)
        assert (document["ok"], document["fault_count"], document["checkpoints"]) == (False, 0, 0)
        assert document["held_back"][0].startswith("checkpoints cannot be read yet: a transaction is open on")
    assert installation.json("verify")["checkpoints"] == 1
