"""The laws of a key store, in a folder and in Redis alike."""

import stat
from collections.abc import Callable
from pathlib import Path

import pytest
import redis

from models.errors import Unavailable, WrongUse
from models.key_store import KeyNamespace, KeyStore
from sealing.folder import KeyFolder
from state.key_hashes import KeyHashes

ODD_ID = "../a/b \N{SKULL}\0"
Opener = Callable[[str], KeyStore]


@pytest.fixture(params=["folder", "redis"])
def opened(request: pytest.FixtureRequest, tmp_path: Path) -> Opener:
    """Opens the store for a board; each test has a store of its own."""
    if request.param == "folder":
        return lambda board: KeyFolder.open(tmp_path / "keys", KeyNamespace("", board), create=True)
    url: str = request.getfixturevalue("valkey_url")
    redis.Redis.from_url(url).flushall()
    return lambda board: KeyHashes(url, KeyNamespace("", board))


@pytest.fixture
def store(opened: Opener) -> KeyStore:
    return opened("v100")


def test_a_person_has_no_key_until_one_is_made_and_then_always_that_one(store: KeyStore, opened: Opener) -> None:
    assert store.current("p") is None
    key = store.create("p")
    assert store.create("p") == store.current("p") == store.find(key.id) == opened("v100").current("p") == key


@pytest.mark.parametrize("who", ["p2", "", ODD_ID, "P"])
def test_everybody_has_a_key_of_their_own(store: KeyStore, who: str) -> None:
    assert store.create(who) != store.create("p")
    assert store.current(who) != store.current("p")


def test_another_board_knows_nothing_of_them(store: KeyStore, opened: Opener) -> None:
    store.create("p")
    assert opened("another").current("p") is None
    assert opened("another").retire("p") == []


def test_a_condemned_key_still_opens_and_is_nobodys_current_one(store: KeyStore) -> None:
    first = store.create("p")
    assert store.retire("p") == [first.id]
    assert store.current("p") is None
    assert store.find(first.id) == first
    second = store.create("p")
    assert second != first
    assert store.retire("p") == sorted([first.id, second.id])


def test_a_destroyed_key_is_gone_and_nothing_is_left_to_condemn(store: KeyStore) -> None:
    key, other = store.create("p"), store.create("q")
    for key_id in store.retire("p"):
        store.destroy(key_id)
    assert store.find(key.id) is None
    assert store.retire("p") == []
    assert store.current("q") == other
    store.destroy(key.id)  # once more does no harm


def test_a_key_that_was_destroyed_behind_the_stores_back_is_replaced(store: KeyStore) -> None:
    key = store.create("p")
    store.destroy(key.id)
    assert store.current("p") is None
    assert store.create("p") != key


@pytest.mark.parametrize("key_id", ["", "..", "../persons/x", "0" * 32, "a\0b"])
def test_an_id_that_names_no_key_finds_none(store: KeyStore, key_id: str) -> None:
    assert store.find(key_id) is None


def test_a_damaged_key_is_no_key(tmp_path: Path) -> None:
    store = KeyFolder.open(tmp_path, KeyNamespace("", "v100"), create=True)
    key = store.create("p")
    tmp_path.joinpath("keys", key.id).write_bytes(b"x" * 31)
    assert store.find(key.id) is None
    assert store.current("p") is None
    assert store.create("p") != key


def test_only_the_owner_may_look_into_a_folder_of_keys(tmp_path: Path) -> None:
    store = KeyFolder.open(tmp_path / "keys", KeyNamespace("", "v100"), create=True)
    store.create("p")
    modes = {stat.S_IMODE(path.stat().st_mode) & 0o077 for path in (tmp_path / "keys").rglob("*")}
    assert modes == {0}
    assert not any(path.name == "p" for path in tmp_path.rglob("*"))


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="there is no key store at"):
        KeyFolder.open(tmp_path / "nowhere", KeyNamespace("", "v100"), create=False)
    tmp_path.joinpath("file").write_text("x")
    with pytest.raises(WrongUse, match="cannot be a key store"):
        KeyFolder.open(tmp_path / "file", KeyNamespace("", "v100"), create=True)


def test_a_folder_that_goes_away_is_unavailable(tmp_path: Path) -> None:
    store = KeyFolder.open(tmp_path / "keys", KeyNamespace("", "v100"), create=True)
    tmp_path.joinpath("keys").rename(tmp_path / "elsewhere")
    with pytest.raises(Unavailable, match="HARMWATCH_KEY_STORE"):
        store.create("p")
