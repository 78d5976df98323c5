"""Something of the board was deleted or evicted: no verb changes anything, and each of them says so."""

import dataclasses
from collections.abc import Callable

import pytest
import redis

from models.answers import Rewind
from models.contribution import Refusal, Run
from models.instants import DAY
from state.keys import NAMES
from state.limits import SHIPPED
from tests.state.boards import GENERATION, START, Board, a_report, a_run

KEPT = tuple(name for name in NAMES if name not in ("meta", "before_offenders", "before_rank"))
PARKED = 7
"""The partition that is parked."""

BEFORE = ("before_offenders", "before_rank")
SETTLED = (
    "entry", "sequence", "as_of", "entry_as_of", "layout", "policy", "clock", "alerts_after", "size", "exit_rank",
    "sizes", "generation", "pending_ends",
)  # fmt: skip
"""Fields of meta without which nobody can go on."""


@pytest.fixture
def full_board(valkey_url: str) -> Board:
    """One that holds several of everything, and still awaits its baseline."""
    limits = dataclasses.replace(SHIPPED, spill_bytes=40, verdicts=2)
    made = Board(valkey_url, ends={0: 99}, alerts_after=START, limits=limits)
    for number, person in enumerate("abcdef"):
        rows = [a_report(person, 10 + number + row, str(row)) for row in range(1 + number % 3)]
        made.take(*rows, partition=number)
    for offset in range(2):
        made.apply(Run(PARKED, offset, offset + 1, "0" * 64, (), (Refusal(offset, "not_valid", "x"),)))
    assert PARKED in made.store.position().parked
    return made


def halve(client: redis.Redis, key: str) -> int:
    """Takes half of what a key holds out of it, and of one all; answers how many."""
    match client.type(key):
        case b"hash":
            names = client.hkeys(key)
            return int(client.hdel(key, *names[: (len(names) + 1) // 2]))
        case b"zset":
            return int(client.zremrangebyrank(key, 0, (client.zcard(key) + 1) // 2 - 1))
        case b"list":
            lost = (client.llen(key) + 1) // 2
            client.ltrim(key, lost, -1)
            return lost
    return 0


def verbs(board: Board) -> dict[str, Callable[[], object]]:
    """Every verb that would change something of a board."""
    store = board.store
    return {
        "apply": lambda: board.take(a_report("z"), partition=9),
        "tick": lambda: store.tick(GENERATION, 0, START + DAY),
        "accept": lambda: store.accept(GENERATION, 0, "{}"),
        "trim": lambda: store.trim(GENERATION, store.position().entry or 0, "hash"),
        "renew": lambda: store.renew(GENERATION, "{}"),
        "reassess": lambda: store.reassess(GENERATION, [a_report("a")], first=True),
    }


def nobody_changes(board: Board) -> None:
    """Whoever tries is answered rewind, and the store says the same of itself."""
    before = board.dump()
    for verb, change in verbs(board).items():
        assert isinstance(change(), Rewind), verb
    assert board.dump() == before
    position = board.store.position()
    assert position.entry is None or position.generation is None or not position.whole


def replace(client: redis.Redis, key: str) -> None:
    """Something else stands in a key's place."""
    client.set(key, "something else")


@pytest.mark.parametrize("lose", [redis.Redis.delete, halve, replace])
@pytest.mark.parametrize("name", KEPT)
def test_a_lost_key_is_answered_rewind(
    full_board: Board, name: str, lose: Callable[[redis.Redis, str], object]
) -> None:
    assert full_board.store.position().whole
    lose(full_board.client, full_board.keys[name])
    nobody_changes(full_board)


@pytest.mark.parametrize("kind", ["string", "list", "zset", "hash"])
@pytest.mark.parametrize("name", ["meta", *KEPT])
def test_whoever_claims_a_board_with_a_key_of_another_kind_can_drop_it(full_board: Board, name: str, kind: str) -> None:
    """No verb and no question ends in an error of the server, for which a worker would wait without end."""
    client, store, key = full_board.client, full_board.store, full_board.keys[name]
    client.delete(key)
    put(client, key, kind)
    nobody_changes(full_board)
    assert store.silences(1).moved is None or name != "meta"
    assert (store.founding() is None, store.generation() is None) == (name == "meta", name == "meta")
    store.lateness_us()
    store.revoke(GENERATION)
    assert not store.is_claimed_by(GENERATION)
    store.claim("new")
    assert store.is_claimed_by("new")
    assert store.drop("new") is None
    assert [one for one in full_board.keys.all if client.exists(one)] == [full_board.keys["meta"]]


def put(client: redis.Redis, key: str, kind: str) -> None:
    """Something of a kind stands there, which nobody of us has put there."""
    match kind:
        case "string":
            client.set(key, "x")
        case "list":
            client.rpush(key, "x")
        case "zset":
            client.zadd(key, {"x": 1})
        case "hash":
            client.hset(key, "x", "1")


@pytest.mark.parametrize("offset", [b"", b"many", b"\xff\x00"])
def test_an_offset_that_is_no_number_is_answered_rewind(full_board: Board, offset: bytes) -> None:
    full_board.client.hset(full_board.keys["ledger"], "0", offset)
    before = full_board.dump()
    assert isinstance(full_board.take(a_report("z"), partition=0), Rewind)
    assert full_board.dump() == before
    assert not full_board.store.position().whole


@pytest.mark.parametrize("value", [b"", b"many", b"\xff\x00", b"\x93\x01"])
@pytest.mark.parametrize(
    "field", ["entry", "as_of", "entry_as_of", "sequence", "parked", "leap", "pending_ends", "apart", "recovering"]
)
def test_where_something_else_stands_in_meta_a_board_is_not_whole(full_board: Board, field: str, value: bytes) -> None:
    full_board.client.hset(full_board.keys["meta"], field, value)
    position = full_board.store.position()
    assert position.entry is None or not position.whole


@pytest.mark.parametrize("field", SETTLED)
def test_a_lost_field_of_meta_is_answered_rewind(full_board: Board, field: str) -> None:
    assert full_board.client.hdel(full_board.keys["meta"], field) == 1
    nobody_changes(full_board)


@pytest.mark.parametrize("name", [*BEFORE, "offenders", "rank", "due", "spilled", "band", "ledger"])
def test_what_is_lost_while_a_policy_is_activated_ends_the_activation(full_board: Board, name: str) -> None:
    board = full_board
    items = [a_report(person, 10 + row, str(row)) for person in "abcdef" for row in range(3)]
    assert not isinstance(board.store.reassess(GENERATION, items[:9], first=True), Rewind)
    halve(board.client, board.keys[name])
    before = board.dump()
    assert isinstance(board.store.reassess(GENERATION, items[9:], first=False), Rewind)
    assert isinstance(board.store.activate(GENERATION, "other", 2, 2, "{}"), Rewind)
    assert board.dump() == before


def test_nothing_is_lost_where_every_verb_has_worked(board: Board) -> None:
    store, size = board.store, len(board.store.outbox(99))
    for number in range(4):
        board.take(a_report(f"p{number}", 10 + number))
        assert store.position().whole
    store.accept(GENERATION, 0, "{}")
    store.tick(GENERATION, 0, START + DAY, heartbeat_us=0)
    store.trim(GENERATION, size, "hash")
    assert store.position().whole
    store.reassess(GENERATION, [a_report(f"p{number}", 20 - number) for number in range(4)], first=True)
    store.activate(GENERATION, "other", 2, 2, "{}")
    assert store.position().whole
    store.renew(GENERATION, "{}")
    assert store.position().whole
    assert not isinstance(board.apply(a_run([a_report("z")], start=4)), Rewind)


def test_a_baseline_that_has_come_is_missed_by_nobody(valkey_url: str) -> None:
    board = Board(valkey_url, ends={0: 1}, alerts_after=START - DAY)
    assert board.store.position().awaits_baseline
    board.take(a_report("a"))
    assert not board.store.position().awaits_baseline
    assert not isinstance(board.take(a_report("b")), Rewind)
