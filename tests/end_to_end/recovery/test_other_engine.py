"""A journal that another engine wrote is refused in one sentence, before anything is touched."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from audit.backtest.backtest import try_policies
from audit.history.history_replay import HistoryReplay
from audit.replay.replay import Replay
from audit.signing.keys import new_keys
from audit.snapshots.snapshots import Snapshots
from audit.verify.verification import Verification
from broker.reader import OpenReader
from models.errors import PreconditionFailed
from models.journal.entry import ENGINE_VERSION
from models.topics import JOURNAL, OFFENCES
from policies.policy_file import load_policy
from tests.audit.golden.history import golden_histories
from tests.end_to_end.installation import Installation, under_this_load
from tests.end_to_end.recovery.test_recovery import small_policy
from tests.end_to_end.troubleshooting import said_as_documented

OLD = golden_histories()[0]
SAYS = f"the journal was written by engine 1, this version is engine {ENGINE_VERSION}"

READERS: dict[str, Callable[[OpenReader], object]] = {
    "verify": lambda open_reader: Verification(open_reader).run(),
    "replay": lambda open_reader: list(Replay(open_reader).run()),
    "looking back": lambda open_reader: HistoryReplay(open_reader).as_of(None),
    "compare": lambda open_reader: try_policies(open_reader, [load_policy(OLD.policy)], None, None),
    "snapshots": lambda open_reader: Snapshots(open_reader, Path("nowhere")),
}


@pytest.mark.parametrize("name", READERS)
def test_who_computes_again_refuses_it(name: str) -> None:
    assert OLD.manifest["engine"] != ENGINE_VERSION
    with pytest.raises(PreconditionFailed, match=SAYS):
        READERS[name](OLD.open_reader)


@pytest.mark.stack
def test_every_command_refuses_it_and_touches_nothing(stack_environment: dict[str, str], tmp_path: Path) -> None:
    board = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    for topic in (OFFENCES, JOURNAL):
        board.send([(record.key, record.value) for record in OLD.topics[topic][:20]], topic.name)
    before, key = len(board.read("journal.v1")), str(new_keys(tmp_path)[0])
    begun_at = time.monotonic()
    worker = board.start_worker()
    assert worker.wait(60) == 1
    assert time.monotonic() - begun_at < under_this_load(10)
    said = (tmp_path / "worker-0.log").read_text("utf-8")
    assert said.count(SAYS) == 1
    said_as_documented("the journal was written by engine", said)
    for words in (
        ("verify",), ("replay",), ("snapshots", "build"), ("policy", "activate", str(OLD.policy)), ("amendments",),
        ("board", "--at", "2024-06-01T00:00:00Z"), ("explain", "1"), ("forecast", "p1"), ("checkpoint", "--key", key),
        ("erase", "p1", "--reason", "tests", "--key", key), ("topics", "pass-over", "alerts.v1", "0", "--why", "tests"),
    ):  # fmt: skip
        told = board.say(*words)
        assert (told.code, told.output, SAYS in told.errors) == (1, "", True), (words, told)
        assert len(told.errors.splitlines()) == 1
    assert len(board.read("journal.v1")) == before
    assert not list(redis.Redis.from_url(stack_environment["HARMWATCH_REDIS"]).scan_iter(f"{board.prefix}*"))
