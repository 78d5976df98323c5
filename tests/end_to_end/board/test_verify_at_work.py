"""`harmwatch verify --redis` on a board that moves on: never a fault of an honest board, always one of another."""

import os
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest
import redis
from kafka import KafkaProducer

from models.board import SLICE_ROWS
from tests.end_to_end.foreign import open_on
from tests.end_to_end.installation import HARMWATCH, Installation
from tests.end_to_end.recovery.test_recovery import lines, small_policy
from tests.end_to_end.troubleshooting import said_as_documented

pytestmark = pytest.mark.stack

PEOPLE = SLICE_ROWS + 500
RATE, TIMES = 100, 4
PATIENCE_SECONDS = 60


def reports(first: int, count: int) -> list[tuple[bytes, bytes]]:
    """One of each person, and from then on another of somebody."""
    text = lines(1).strip()
    return [
        (
            b"w%d" % (n % PEOPLE),
            text.replace(b"e0", b"w%d" % n).replace(b"o0", b"w%d" % n).replace(b'"p0"', b'"w%d"' % (n % PEOPLE)),
        )
        for n in range(first, first + count)
    ]


@pytest.fixture
def board(stack_environment: dict[str, str], tmp_path: Path) -> Iterator[Installation]:
    installation = Installation(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    installation.start_worker()
    send(installation, reports(0, PEOPLE))
    installation.wait_idle()
    yield installation
    installation.end_workers()


def send(installation: Installation, records: list[tuple[bytes, bytes]], pause_seconds: float = 0) -> None:
    producer = KafkaProducer(bootstrap_servers=installation.environment["HARMWATCH_KAFKA"])
    for key, value in records:
        producer.send(f"{installation.prefix}offences.v1", key=key, value=value)
        time.sleep(pause_seconds)
    producer.flush()
    producer.close()


@contextmanager
def at_work(installation: Installation) -> Iterator[None]:
    """So many records a second, one by one."""
    ended = threading.Event()

    def work() -> None:
        first = PEOPLE
        while not ended.is_set():
            send(installation, reports(first, RATE), 1 / RATE)
            first += RATE

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        ended.set()
        worker.join()


def await_entry(installation: Installation, number: int) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while (entry := installation.json("status")["entry"]) < number:
        assert time.monotonic() < until, f"the board stands at entry {entry}"
        time.sleep(0.05)


def rank_of(installation: Installation) -> tuple[redis.Redis, str]:
    key = f"{installation.prefix}harmwatch:{{v100}}:rank"
    return redis.Redis.from_url(installation.environment["HARMWATCH_REDIS"]), key


def test_a_board_at_work_is_held_against_the_entries_at_which_it_was_read(board: Installation) -> None:
    before = board.json("status")["entry"]
    with at_work(board):
        await_entry(board, before + 1)
        documents = [board.json("verify", "--redis", code=None) for _ in range(TIMES)]
    for document in documents:
        assert (document["faults"], document["held_back"], document["ok"]) == ([], [], True)
        assert document["live_board"]["rows"] == PEOPLE
        assert document["live_board"]["to"] <= document["to"]
    moved = {document["live_board"]["to"] for document in documents}
    assert len(moved) == TIMES
    assert min(moved) > before


@pytest.mark.thorough
def test_what_is_wrong_with_a_board_at_work_is_said(board: Installation) -> None:
    """The last of the ranking stays the last with a day less, so that nothing else comes of it."""
    store, key = rank_of(board)
    found: object = store.zrange(key, -1, -1, withscores=True)
    assert isinstance(found, list)
    ((member, score),) = found
    with at_work(board):
        store.zadd(key, {member: score + 2.0**17 * 1_000})
        faults = board.json("verify", "--redis", code=1)["faults"]
    (fault,) = faults
    said_as_documented("live board, rank", fault)
    assert fault.startswith(f"live board, rank {PEOPLE} at entry ")
    assert f'"{member.decode()}" with 9 days, not in the band; recomputed: "{member.decode()}" with 10 days' in fault


@pytest.mark.thorough
def test_an_entry_that_is_not_published_yet_is_waited_for(board: Installation) -> None:
    """What the relay has sent behind an open transaction nobody can read before that has ended."""
    with ExitStack() as stack, ExitStack() as transaction:
        transaction.enter_context(open_on(board, "journal.v1"))
        behind = board.json("status")["entry"]
        send(board, reports(PEOPLE, 50))
        while board.json("status")["entry"] == behind:
            time.sleep(0.05)
        words, environment = [*HARMWATCH, "verify", "--redis"], os.environ | board.environment
        lookup = stack.enter_context(subprocess.Popen(words, env=environment, stderr=subprocess.PIPE, text=True))
        stack.callback(lookup.kill)  # does nothing once it has ended
        assert lookup.stderr is not None
        said = next(line for line in lookup.stderr if "cannot be judged yet" in line)
        assert lookup.poll() is None
        transaction.close()
        _, rest = lookup.communicate()
        assert lookup.returncode == 0, rest
    said_as_documented("the live board cannot be judged yet: it stands", said)


@pytest.mark.thorough
def test_an_entry_that_nobody_publishes_is_no_fault(board: Installation) -> None:
    with open_on(board, "journal.v1"):
        behind = board.json("status")["entry"]
        send(board, reports(PEOPLE, 50))
        while board.json("status")["entry"] == behind:
            time.sleep(0.05)
        document = board.json("verify", "--redis", code=1)
    assert (document["ok"], document["fault_count"], document["certificate"]) == (False, 0, None)
    assert document["held_back"][-1].startswith("the live board cannot be judged yet: it stands at entry")


@pytest.mark.thorough
@pytest.mark.parametrize("lost", ["all", "the newest entries"])
def test_a_store_that_lost_something_and_that_nobody_rebuilds_is_named(board: Installation, lost: str) -> None:
    board.end_workers()
    store, key = rank_of(board)
    if lost == "all":
        board.empty_store()
    else:
        store.hset(key.replace(":rank", ":meta"), "entry", 1)
    (fault, *_) = board.json("verify", "--redis", code=1)["faults"]
    if lost == "all":
        said_as_documented("live board: it is not there", fault)
    else:
        said_as_documented("live board: it stands", fault)


@pytest.mark.thorough
def test_a_board_that_nobody_goes_on_recovering_is_no_fault(board: Installation) -> None:
    board.end_workers()
    store, key = rank_of(board)
    store.hset(key.replace(":rank", ":meta"), "recovering", "1")
    document = board.json("verify", "--redis", code=1)
    assert document["fault_count"] == 0
    said_as_documented("the live board cannot be judged yet: it is being", document["held_back"][0])
