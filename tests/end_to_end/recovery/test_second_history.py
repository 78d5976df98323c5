"""A journal that is gone, cut short or recreated begins no second history: the worker's start is refused."""

import json
import signal
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from kafka import KafkaAdminClient

from models.topics import JOURNAL
from tests import kafka_topics
from tests.end_to_end.installation import Installation, fold
from tests.end_to_end.recovery.test_foreign_records import REPORTS
from tests.end_to_end.recovery.test_recovery import small_policy
from tests.end_to_end.troubleshooting import said_as_documented

pytestmark = pytest.mark.stack

PAUSE_SECONDS = 0.05
AFTER_HISTORY = "2025-01-01T00:00:00Z"


@pytest.fixture
def admin(stack_environment: dict[str, str]) -> Iterator[KafkaAdminClient]:
    with closing(KafkaAdminClient(bootstrap_servers=stack_environment["HARMWATCH_KAFKA"])) as client:
        yield client


def a_board(environment: dict[str, str], folder: Path, **settings: Any) -> Installation:  # Any: str, or the partitions
    """Two hundred reports are applied and published, and nobody works any more."""
    made = Installation(environment, folder, policy=small_policy(folder), clock="event", **settings)
    made.start_worker()
    for part in range(4):
        made.send(REPORTS[50 * part : 50 * (part + 1)])
        made.wait_idle()
    made.end_workers()
    return made


@pytest.fixture
def board(stack_environment: dict[str, str], tmp_path: Path) -> Iterator[Installation]:
    made = a_board(stack_environment, tmp_path)
    yield made
    made.end_workers(signal.SIGKILL)


def gone(installation: Installation, admin: KafkaAdminClient) -> None:
    """Somebody deletes journal.v1."""
    name = installation.prefix + JOURNAL.name
    kafka_topics.delete(admin, [name])


def cut(installation: Installation, admin: KafkaAdminClient, entries: int | None) -> None:
    """The journal recreated without its newest `entries`; None: empty."""
    kept = installation.read(JOURNAL.name)
    gone(installation, admin)
    kafka_topics.create(admin, {installation.prefix + JOURNAL.name: JOURNAL})
    if entries is not None:
        installation.send([(record.key, record.value) for record in kept[: len(kept) - entries]], JOURNAL.name)


def forget_commits(installation: Installation, admin: KafkaAdminClient) -> None:
    """As Kafka does with those of a group in which nobody was for a week."""
    admin.delete_groups([f"{installation.prefix}harmwatch-v100"])


def refused(installation: Installation, *said: str) -> str:
    """A worker does not start, says all of it, and sends nothing; its last words."""
    before = [installation.read(topic) for topic in ("journal.v1", "alerts.v1", "dead-letters.v1")]
    log = installation.folder / f"worker-{len(installation.workers)}.log"
    worker = installation.start_worker()
    assert worker.wait(60) == 1
    installation.workers.clear()
    text = log.read_text("utf-8")
    assert [words for words in said if words not in text] == [], text
    assert [installation.read(topic) for topic in ("journal.v1", "alerts.v1", "dead-letters.v1")] == before
    return text.rpartition("harmwatch: ")[2].replace("`", "")


def test_a_journal_that_is_gone_is_not_healed_into_a_second_history(
    board: Installation, admin: KafkaAdminClient
) -> None:
    gone(board, admin)
    said = board.say("topics", "create")
    assert (said.code, "is gone, and a board has worked here" in said.errors) == (1, True), said
    assert f"{board.prefix}journal.v1" not in admin.list_topics()
    worker = board.start_worker()
    assert worker.wait(60) == 1
    board.workers.clear()
    board.empty_store()
    board.run("topics", "create", "--new-board")
    refused(board, "was recreated")


@pytest.mark.parametrize(
    "entries",
    [
        pytest.param(1, id="cut by one", marks=pytest.mark.thorough),
        pytest.param(3, id="cut by three", marks=pytest.mark.thorough),
        pytest.param(None, id="empty"),
    ],
)
def test_a_journal_that_was_recreated_is_refused(
    board: Installation, admin: KafkaAdminClient, entries: int | None
) -> None:
    cut(board, admin, entries)
    said_as_documented("NAME was recreated: its topic id", refused(board, "journal.v1 was recreated: its topic id is"))
    board.empty_store()
    refused(board, "journal.v1 was recreated: its topic id is")
    forget_commits(board, admin)
    said = refused(board, "alerts.v1 offset", "tells of sequence", "topics pass-over alerts.v1")
    said_as_documented("NAME offset N tells of", said)


@pytest.mark.thorough
def test_a_worker_at_work_ends_when_the_journal_is_recreated(board: Installation, admin: KafkaAdminClient) -> None:
    worker = board.start_worker()
    board.send(REPORTS[200:201])
    board.wait_idle()
    cut(board, admin, 0)  # with all of its entries
    assert worker.wait(60) == 1
    said_as_documented("topic NAME was recreated", (board.folder / "worker-0.log").read_text("utf-8"))
    board.workers.clear()
    refused(board, "journal.v1 was recreated: its topic id is")


def test_the_store_tells_what_was_published(board: Installation, admin: KafkaAdminClient) -> None:
    published = board.json("status")["entry"]
    cut(board, admin, 1)
    forget_commits(board, admin)
    end = f"journal.v1 ends at entry {published - 1}, and the store holds entry {published} as published"
    said_as_documented("NAME ends at entry", refused(board, end))


@pytest.mark.parametrize(
    "sealed", [pytest.param(False, id="in clear"), pytest.param(True, id="sealed", marks=pytest.mark.thorough)]
)
def test_before_the_baseline_the_commits_of_the_group_tell(
    stack_environment: dict[str, str], tmp_path: Path, admin: KafkaAdminClient, sealed: bool
) -> None:
    seal = {"seal": "on", "key_store": str(tmp_path / "keys")} if sealed else {}
    made = a_board(stack_environment, tmp_path, alerts_after=AFTER_HISTORY, **seal)
    assert made.alerts() == []
    note = admin.list_group_offsets(f"{made.prefix}harmwatch-v100")[f"{made.prefix}harmwatch-v100"]
    cut(made, admin, 1)
    found = admin.describe_topics([f"{made.prefix}journal.v1"])[0]["topic_id"]
    refused(made, "was recreated")
    ((place, committed),) = note.items()
    as_before = committed._replace(metadata=committed.metadata.replace(_topic_id(committed.metadata), str(found)))
    admin.alter_group_offsets(f"{made.prefix}harmwatch-v100", {place: as_before})
    made.empty_store()
    refused(made, "the committed offsets of group", "it was cut short")


def _topic_id(metadata: str) -> str:
    return metadata.split('"journal":"')[1].split('"', maxsplit=1)[0]


@pytest.mark.thorough
def test_a_checkpoint_tells(board: Installation, admin: KafkaAdminClient) -> None:
    keys = board.json("keys", "new", "--dir", str(board.folder))
    board.run("checkpoint", "--key", keys["private_key"])
    cut(board, admin, 1)
    forget_commits(board, admin)
    board.empty_store()
    refused(board, "checkpoints.v1 offset 0 fixes entry", "if it is none of yours, name who may sign")
    (board.folder / "ours").mkdir()
    ours = board.json("keys", "new", "--dir", str(board.folder / "ours"))
    board.environment["HARMWATCH_PUBLIC_KEY"] = ours["public_key"]
    assert "checkpoints.v1" not in refused(board, "alerts.v1 offset")


@pytest.mark.thorough
def test_a_dead_letter_tells(stack_environment: dict[str, str], tmp_path: Path, admin: KafkaAdminClient) -> None:
    made = a_board(stack_environment, tmp_path, alerts_after=AFTER_HISTORY)
    made.start_worker()
    made.send([(b"p", b"no report")])
    made.wait_idle()
    made.end_workers()
    journal = [json.loads(record.value) for record in made.read("journal.v1")]
    (told,) = [entry["entry"] for entry in journal if entry["refusals"]]
    cut(made, admin, len(journal) - told + 1)
    forget_commits(made, admin)
    made.empty_store()
    refused(made, "dead-letters.v1 offset 0 tells of offset 200")


@pytest.mark.thorough
def test_a_board_at_rest_whose_commits_have_expired_starts(board: Installation, admin: KafkaAdminClient) -> None:
    before = board.json("board", "--top", "1000")
    forget_commits(board, admin)
    for _ in range(2):
        board.start_worker()
        board.send(REPORTS[200:201])
        board.wait_idle()
        board.end_workers()
        board.empty_store()
    assert len(board.json("board", "--at", before["as_of"], "--top", "1000")["entries"]) == len(before["entries"])
    assert board.json("verify")["ok"]


def test_where_nobody_was_sent_anything_a_second_history_begins(
    stack_environment: dict[str, str], tmp_path: Path, admin: KafkaAdminClient
) -> None:
    made = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    made.start_worker()
    made.wait_idle()
    made.end_workers()
    gone(made, admin)
    forget_commits(made, admin)
    made.empty_store()
    made.run("topics", "create")
    made.send(REPORTS[:100])
    made.start_worker()
    made.wait_idle()
    made.end_workers()
    assert made.json("verify", "--redis")["ok"]


@pytest.mark.thorough
def test_a_forged_alert_is_passed_over_by_a_person(board: Installation) -> None:
    newest = board.read("alerts.v1")[-1]
    value = newest.value.replace(b'"sequence":', b'"sequence":900000')
    board.send([(newest.key, value), (b"x", b"\x00")], "alerts.v1")
    offset = newest.offset + 2  # the end of a transaction lies between
    refused(board, f"alerts.v1 offset {offset} tells of sequence 900000", "or somebody else")
    for words, code in (
        (("journal.v1", "1"), 2),
        (("alerts.v1", "100000"), 2),
        (("alerts.v1", str(offset)), 0),
    ):
        said = board.say("topics", "pass-over", *words, "--why", "the inspector has forged it")
        assert said.code == code, said
    board.start_worker()
    board.send(REPORTS[200:])
    board.wait_idle()
    board.empty_store()
    board.wait_idle()
    board.end_workers()
    told = board.json("verify", "--redis", code=1)
    assert [(each["topic"], each["offset"], each["is_fault"]) for each in told["foreign"]] == [
        ("alerts.v1", offset, True), ("alerts.v1", offset + 1, True)
    ]  # fmt: skip
    ours = [json.loads(alert.value) for alert in board.read("alerts.v1") if alert.offset not in {offset, offset + 1}]
    rows = board.json("board", "--top", "1000")["entries"]
    assert fold(ours) == {row["offender_id"] for row in rows if row["in_band"]}
