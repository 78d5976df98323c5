"""Who is let into Redis, and what is said to who is not."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
import redis

from models.errors import NotAllowed, Unavailable, WrongUse
from runtime.key_stores import LastingKeys, lasting_keys
from runtime.settings import Settings
from state.connection import connect
from state.server import look_at_server
from tests.conftest import missing
from tests.secure.certificates import DAY, Authority
from tests.secure.secured_store import SecuredStore, secured_store
from tests.secure.ways_in import secret

pytestmark = pytest.mark.stack
CUT = ("redis://harmwatch:4711?secret@store:6379/0", "unix://u:se?cret@/socket")
"""By a ? of the password: what stands before it reads like a host and a port."""


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredStore]:
    try:
        with secured_store(tmp_path_factory.mktemp("store")) as running:
            running.set_users("")
            yield running
    except ImportError:
        missing("a Valkey")


def access_of(store: SecuredStore, setting: str = "redis", **changed: str) -> Settings:
    return Settings(**(store.settings("worker", setting) | changed))  # type: ignore[arg-type]


def test_a_user_with_a_password_file_is_let_in(store: SecuredStore) -> None:
    with connect(access_of(store).redis_access) as client:
        assert client.execute_command("HGET", "harmwatch:{v100}:meta", "entry") is None


def test_the_key_store_is_let_in_the_same_way(store: SecuredStore) -> None:
    access = access_of(store, "key_store").key_store_access
    assert access is not None
    connect(access).close()


def test_the_user_of_the_keys_may_ask_what_keeps_them(store: SecuredStore) -> None:
    """As doctor does."""
    access = Settings(**store.settings("keys", "key_store")).key_store_access  # type: ignore[arg-type]
    assert access is not None
    with connect(access) as client:
        assert look_at_server(client).is_master


def keys_of(store: SecuredStore, role: str) -> LastingKeys:
    keys = lasting_keys(Settings(**store.settings(role, "key_store")))  # type: ignore[arg-type]
    assert keys is not None
    return keys


def test_a_deliverer_reads_keys_and_changes_none(store: SecuredStore) -> None:
    """Not by the login of those who seal: who delivers could make everyone erased."""
    made = keys_of(store, "keys").create("p17")
    with closing(keys_of(store, "deliver")) as keys:
        assert keys.find(made.id) == made
        forbidden: list[Callable[[], object]] = [
            lambda: keys.create("p18"), lambda: keys.destroy(made.id), lambda: keys.current("p17"),
        ]  # fmt: skip
        for ask in forbidden:
            with pytest.raises(NotAllowed, match=r"deploy/redis/users\.acl"):
                ask()
        assert keys.find(made.id) == made


def test_keys_that_last_are_found_behind_a_lost_connection_and_by_many_at_once(store: SecuredStore) -> None:
    """Else a restart of the key store would hold every receiver of names until the deliverer is restarted."""
    made = keys_of(store, "keys").create("p17")
    with closing(keys_of(store, "deliver")) as keys:
        store.execute("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
        with ThreadPoolExecutor(8) as threads:
            assert set(threads.map(keys.find, [made.id] * 200)) == {made}


def test_a_key_store_that_is_away_at_the_start_is_asked_when_it_is_needed(tmp_path: Path) -> None:
    keys = lasting_keys(Settings(key_store="redis://127.0.0.1:1/0"))
    assert keys is not None
    with pytest.raises(Unavailable):
        keys.find("x")
    with pytest.raises(WrongUse):
        lasting_keys(Settings(key_store=str(tmp_path / "none")))


def test_a_user_in_the_address_is_percent_encoded(store: SecuredStore) -> None:
    encoded = "worker-secret%40%3A%2F%25%3F%23"
    address = store.address().replace("rediss://", f"rediss://harmwatch-worker:{encoded}@")
    connect(Settings(redis=address, redis_ca=store.ca.file).redis_access).close()


def test_an_address_that_is_wrong_is_explained_and_never_quoted() -> None:
    for address in (
        "redis://user:se/cret@host:1/0",
        "redis://user:se#cret@host:1",
        "redis://host:cret",
        "redis://",
        *CUT,
    ):
        with pytest.raises(WrongUse, match="HARMWATCH_REDIS_PASSWORD_FILE, or in the address percent-encoded") as told:
            connect(address)
        assert "cret" not in str(told.value)


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("sentinel://a,b/board", "Redis Sentinel is not supported"),
        ("redis+sentinel://a,b/board", "Redis Sentinel is not supported"),
        ("rediss+cluster://a", "Redis Cluster is not supported"),
        ("http://a", "is not a Redis URL: it begins with"),
    ],
)
def test_what_is_asked_for_and_not_there_is_named(address: str, says: str) -> None:
    with pytest.raises(WrongUse, match=says):
        connect(address)


def refusal(settings: Settings) -> str:
    with pytest.raises(NotAllowed) as told:
        connect(settings.redis_access, 2.0)
    return str(told.value)


def test_who_is_kept_out_hears_why(store: SecuredStore, tmp_path: Path) -> None:
    wrong = secret(tmp_path, "wrong", "so secret")
    assert "wants TLS: begin HARMWATCH_REDIS with rediss://" in refusal(
        Settings(redis=store.address().replace("rediss", "redis"))
    )
    assert "speaks no TLS on this port" in refusal(Settings(redis=store.clear.replace("redis", "rediss")))
    assert "no CA of HARMWATCH_REDIS_CA has signed" in refusal(access_of(store, redis_ca=str(other_ca(tmp_path))))
    said = refusal(access_of(store, redis_password_file=wrong))
    assert "look at user and password, in the address or in HARMWATCH_REDIS_USER and" in said
    assert "so secret" not in said
    assert "HARMWATCH_REDIS_PASSWORD_FILE: " in refusal(access_of(store, redis_password_file=str(tmp_path / "gone")))


def other_ca(folder: Path) -> Path:
    return Authority(folder, "another").file


def test_a_certificate_of_another_host_or_another_time_is_named(store: SecuredStore) -> None:
    good = store.ca.issue("redis")
    try:
        store.front.show(*store.ca.issue("redis-elsewhere", ("elsewhere.example",)))
        assert "is for another host" in refusal(access_of(store))
        store.front.show(*store.ca.issue("redis-expired", until=-DAY))
        assert "has expired" in refusal(access_of(store))
    finally:
        store.front.show(*good)


def test_a_certificate_of_ours_is_shown_where_it_is_wanted(tmp_path: Path) -> None:
    with secured_store(tmp_path, clients=True) as store:
        store.set_users("")
        certificate, key = store.ca.issue("client")
        assert "wants a certificate of ours" in refusal(access_of(store))
        connect(access_of(store, redis_cert=str(certificate), redis_key=str(key)).redis_access).close()


def test_who_comes_without_a_password_hears_so(store: SecuredStore) -> None:
    nameless = access_of(store, redis_user="").model_copy(update={"redis_password_file": None})
    with redis.Redis.from_url(store.clear, max_connections=1) as inside:  # who is in stays in
        inside.execute_command("ACL", "SETUSER", "default", "off")
        try:
            assert "wants a user and a password: set HARMWATCH_REDIS_USER and" in refusal(nameless)
        finally:
            inside.execute_command("ACL", "SETUSER", "default", "on")


def test_who_is_not_there_does_not_refuse() -> None:
    with pytest.raises(Unavailable, match="does not answer") as told:
        connect("redis://127.0.0.1:1/0")
    assert not isinstance(told.value, NotAllowed)
