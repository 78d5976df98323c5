"""Recomputed records are sealed as the published ones were; where a key is gone the token stands, and is counted."""

import pytest

from models.errors import WrongUse
from models.key_store import KeyNamespace, KeyStore
from sealing.folder import KeyFolder
from sealing.resealer import Resealer, Unsealer
from sealing.ring import KeyRing
from sealing.sealer import Sealer

PLACE = "v100/1/offender_id"


@pytest.fixture
def store(tmp_path_factory: pytest.TempPathFactory) -> KeyStore:
    return KeyFolder.open(tmp_path_factory.mktemp("keys"), KeyNamespace("", "v100"), create=True)


def sealed(store: KeyStore, text: str = "p", place: str = PLACE) -> str:
    return Sealer(store, ())(place, text, text)


def ring(store: KeyStore | None, *erased: str) -> KeyRing:
    return KeyRing(store, lambda: erased)


def destroyed(store: KeyStore, person: str = "p") -> str:
    (key_id,) = store.retire(person)
    store.destroy(key_id)
    return key_id


def test_what_was_published_sealed_is_sealed_and_what_was_published_clear_is_clear(store: KeyStore) -> None:
    alike = Resealer(ring(store), {PLACE: sealed(store), "b": "p"}, {})
    assert alike(PLACE, "p", "p") == sealed(store)
    assert alike("b", "p", "p") == alike("nowhere", "p", "p") == "p"
    assert not alike.erased | alike.lost | alike.shared


def test_another_text_than_the_published_one_is_seen(store: KeyStore) -> None:
    assert Resealer(ring(store), {PLACE: sealed(store, "q")}, {})(PLACE, "p", "p") != sealed(store, "q")


def test_a_token_that_its_key_does_not_open_is_seen_and_one_of_another_text_is_another_fault(store: KeyStore) -> None:
    elsewhere, of_another = sealed(store, "p", "v100/2/offender_id"), sealed(store, "q")
    key_id = elsewhere.split(":")[1]
    closed, opened = (Resealer(ring(store), {PLACE: token}, {}) for token in (elsewhere, of_another))
    assert closed(PLACE, "p", "p") == sealed(store)
    opened(PLACE, "p", "p")
    assert (closed.unopened, opened.unopened) == ({key_id}, set())


def test_without_its_key_a_token_stands_and_the_tombstone_decides_what_is_said(store: KeyStore) -> None:
    token = sealed(store)
    key_id = destroyed(store)
    erased, lost = Resealer(ring(store, key_id), {PLACE: token}, {}), Resealer(ring(store), {PLACE: token}, {})
    assert erased(PLACE, "p", "p") == lost(PLACE, "p", "p") == token
    assert (erased.erased, erased.lost) == ({key_id}, set())
    assert (lost.erased, lost.lost) == (set(), {key_id})


def test_a_key_that_seals_two_persons_is_seen_over_many_records(store: KeyStore) -> None:
    persons: dict[str, str] = {}
    token = sealed(store)
    key_id = destroyed(store)
    Resealer(ring(store, key_id), {PLACE: token}, persons)(PLACE, "p", "p")
    second = Resealer(ring(store, key_id), {PLACE: token}, persons)
    second(PLACE, "q", "q")
    assert second.shared == {key_id}


def test_without_a_key_store_sealed_records_cannot_be_read(store: KeyStore) -> None:
    with pytest.raises(WrongUse, match="HARMWATCH_KEY_STORE"):
        Resealer(ring(None), {PLACE: sealed(store)}, {})(PLACE, "p", "p")


def test_an_opening_is_the_other_way_round(store: KeyStore) -> None:
    opening = Unsealer(ring(store), lambda _: "gone")
    token = sealed(store)
    assert opening(PLACE, "p", token) == "p"
    assert opening("elsewhere", "p", token) == "gone"
    assert opening(PLACE, "p", "clear") == "clear"
    destroyed(store)
    assert Unsealer(ring(store), lambda _: "gone")(PLACE, "p", token) == "gone"


def test_a_key_that_came_back_from_a_backup_is_not_used_again(store: KeyStore) -> None:
    old = store.create("p")
    token = Sealer(store, (old.id,))(PLACE, "p", "p")
    assert old.id not in token
    assert store.retire("p") != [old.id]
