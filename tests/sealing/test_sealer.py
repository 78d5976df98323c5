"""What is sealed for the first time: what became of a key is asked for once in a transaction."""

import pytest

from models.key_store import KeyNamespace
from models.token import Token
from sealing.folder import KeyFolder
from sealing.sealer import Sealer

LOST = "0" * 32


@pytest.mark.parametrize("is_erased", [True, False])
def test_of_a_key_that_is_gone_each_transaction_asks_once(
    tmp_path_factory: pytest.TempPathFactory, *, is_erased: bool
) -> None:
    """The answer is read from all of erasures.v1."""
    store, asked = KeyFolder.open(tmp_path_factory.mktemp("keys"), KeyNamespace("", "v100"), create=True), list[str]()

    def ask(key_id: str) -> bool:
        asked.append(key_id)
        return is_erased

    for transaction in (1, 2):
        sealer = Sealer(store, (), lambda *_: LOST, ask)
        tokens = [Token.read(sealer(f"v100/{place}/offender_id", "p", "p")) for place in range(5)]
        assert [token is not None and token.key_id == LOST for token in tokens] == [is_erased] * 5
        assert asked == [LOST] * transaction


def test_each_person_has_a_key_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> None:
    """So who is erased is erased alone."""
    store = KeyFolder.open(tmp_path_factory.mktemp("keys"), KeyNamespace("", "v100"), create=True)
    for sealer in (Sealer(store, ()), Sealer(store, ())):  # two transactions
        tokens = [Token.read(sealer(f"v100/{place}/offender_id", who, who)) for place, who in enumerate("aba")]
        ids = [None if token is None else token.key_id for token in tokens]
        assert ids == [key.id if (key := store.current(who)) else None for who in "aba"]
        assert ids[0] == ids[2] != ids[1]
