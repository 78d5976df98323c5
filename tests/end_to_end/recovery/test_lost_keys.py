"""A key of the store is lost, or a part of it: the board is rebuilt, and nothing is applied twice."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import redis

from runtime.installation import Installation
from state.store import Store
from tests.end_to_end.installation import Installation as CommandLine
from tests.end_to_end.installation import fold
from tests.end_to_end.recovery.test_recovery import lines, small_policy
from tests.end_to_end.recovery.test_two_relays import installation, recover, store
from tests.end_to_end.troubleshooting import said_as_documented
from tests.state.test_lost_keys import KEPT, halve

__all__ = ["installation", "store"]  # fixtures
pytestmark = pytest.mark.stack

PAUSE_SECONDS, LONGEST_SECONDS = 0.001, 60


@dataclass
class Site:
    """A worker under traffic, and the store that it works on."""

    command_line: CommandLine
    client: redis.Redis

    def key(self, name: str) -> str:
        return f"{self.command_line.prefix}harmwatch:{{v100}}:{name}"

    def lose(self, name: str, how: Callable[[redis.Redis, str], int]) -> None:
        """Takes something away as soon as it is there, and waits until somebody has opened the board again."""
        meta, before = self.key("meta"), self.client.hget(self.key("meta"), "generation")
        until(lambda: how(self.client, self.key(name)) > 0)
        until(lambda: self.client.hget(meta, "generation") not in (None, before))
        until(lambda: not self.client.hexists(meta, "recovering"))


def until(is_so: Callable[[], bool]) -> None:
    """Waits for something that must come soon."""
    last = time.monotonic() + LONGEST_SECONDS
    while not is_so():
        assert time.monotonic() < last
        time.sleep(PAUSE_SECONDS)


def a_person_with_many(count: int) -> list[tuple[bytes | None, bytes | None]]:
    """Reports of one person, whose rows lie in orders of their own."""
    text = lines(1).strip()
    return [
        (b"many", text.replace(b"e0", b"many%d" % n).replace(b"o0", b"many%d" % n).replace(b'"p0"', b'"many"'))
        for n in range(count)
    ]


@contextmanager
def under_traffic(site: Site) -> Iterator[None]:
    """Reports come all the time."""
    ended = threading.Event()
    reports: list[tuple[bytes | None, bytes | None]] = [
        (b"p%d" % (n * n % 997), line) for n, line in enumerate(lines(20_000).split())
    ]

    def send() -> None:
        for start in range(0, len(reports), 10):
            if ended.is_set():
                return
            site.command_line.send(reports[start : start + 10])

    sender = threading.Thread(target=send)
    sender.start()
    try:
        yield
    finally:
        ended.set()
        sender.join()


@pytest.fixture
def site(stack_environment: dict[str, str], tmp_path: Path) -> Iterator[Site]:
    by_hand = CommandLine(stack_environment, tmp_path, policy=small_policy(tmp_path), clock="event")
    by_hand.send(a_person_with_many(100))
    by_hand.start_worker()
    yield Site(by_hand, redis.Redis.from_url(stack_environment["HARMWATCH_REDIS"]))
    by_hand.end_workers()


def nothing_is_wrong(site: Site) -> None:
    site.command_line.wait_idle()
    assert site.command_line.json("verify", "--redis")["ok"]
    rows = site.command_line.json("board", "--top", "1000")["entries"]
    assert fold(site.command_line.alerts()) == {row["offender_id"] for row in rows if row["in_band"]}


def test_a_ledger_that_is_lost_under_traffic_is_rebuilt_and_no_offset_is_applied_twice(site: Site) -> None:
    with under_traffic(site):
        site.lose("ledger", redis.Redis.delete)
    nothing_is_wrong(site)
    said = (site.command_line.folder / "worker-0.log").read_text("utf-8")
    said_as_documented("the store is not what this journal", said)


@pytest.mark.thorough
@pytest.mark.parametrize("how", [redis.Redis.delete, halve])
def test_every_key_may_be_lost_under_traffic(site: Site, how: Callable[[redis.Redis, str], int]) -> None:
    with under_traffic(site):
        for name in KEPT:
            site.lose(name, how)
    nothing_is_wrong(site)


def test_a_worker_without_traffic_misses_a_key_too(site: Site) -> None:
    site.command_line.wait_idle()
    site.lose("due", redis.Redis.delete)
    nothing_is_wrong(site)


@pytest.mark.thorough
def test_a_worker_at_work_goes_on_where_something_else_stands_in_the_place_of_meta(site: Site) -> None:
    meta = site.key("meta")

    def is_open() -> bool:
        is_board = site.client.type(meta) == b"hash" and not site.client.hexists(meta, "recovering")
        return is_board and site.client.hexists(meta, "generation")

    with under_traffic(site):
        until(is_open)
        with site.client.pipeline() as together:
            together.delete(meta)
            together.set(meta, "something else")
            together.execute()
        until(is_open)
    nothing_is_wrong(site)


def test_what_sizes_cannot_tell_is_found_by_verify(site: Site) -> None:
    site.command_line.wait_idle()
    site.client.zincrby(site.key("rank"), -(2.0**17), "many")
    assert not site.command_line.json("verify", "--redis", code=1)["ok"]


@pytest.mark.parametrize("name", ["meta", *[pytest.param(name, marks=pytest.mark.thorough) for name in KEPT]])
def test_where_something_else_stands_in_a_keys_place_the_board_is_built_again(
    installation: Installation, store: Store, name: str
) -> None:
    before, rows = store.position(), store.board(99)
    key = f"{installation.settings.prefix}harmwatch:{{v100}}:{name}"
    store.client.delete(key)
    store.client.set(key, "something else")
    recover(installation, "mine")
    after = store.position()
    assert (after.ledger, after.sequence, after.as_of) == (before.ledger, before.sequence, before.as_of)
    assert (after.generation, store.board(99)) == ("mine", rows)


@pytest.mark.parametrize(
    ("name", "field", "value"),
    [
        ("ledger", "0", "399"),
        ("meta", "sequence", "1"),
        pytest.param("ledger", "0", "401", marks=pytest.mark.thorough),
        pytest.param("meta", "as_of", "5", marks=pytest.mark.thorough),
        pytest.param("meta", "entry_as_of", "5", marks=pytest.mark.thorough),
    ],
)
def test_a_store_that_says_something_else_than_the_journal_is_rebuilt(
    installation: Installation, store: Store, name: str, field: str, value: str
) -> None:
    before, rows = store.position(), store.board(99)
    key = f"{installation.settings.prefix}harmwatch:{{v100}}:{name}"
    store.client.hset(key, field, value)
    recover(installation, "mine")
    after = store.position()
    assert (after.ledger, after.sequence, after.as_of) == (before.ledger, before.sequence, before.as_of)
    assert (after.generation, store.board(99)) == ("mine", rows)
