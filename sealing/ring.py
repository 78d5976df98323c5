"""The keys that open what was published: looked up once, with a word about each that is gone."""

from collections.abc import Callable, Collection

from models.errors import WrongUse
from models.key_store import KeyStore
from sealing.cipher import Cipher


class KeyRing:
    """`store` None: no key store is named. `erased` answers the ids on tombstones, whenever it is asked."""

    def __init__(self, store: KeyStore | None, erased: Callable[[], Collection[str]]) -> None:
        self._store = store
        self._read_erased = erased
        self._erased: Collection[str] = ()
        self._asked: set[str] = set()
        self._ciphers: dict[str, Cipher | None] = {}

    def cipher(self, key_id: str) -> Cipher | None:
        """None when the key is gone. Raises WrongUse without a key store, Unavailable."""
        if key_id not in self._ciphers:
            if self._store is None:
                raise WrongUse("the records are sealed: HARMWATCH_KEY_STORE must name the store with their keys")
            key = self._store.find(key_id)
            self._ciphers[key_id] = None if key is None else Cipher(key)
        return self._ciphers[key_id]

    def is_erased(self, key_id: str) -> bool:
        """Whether a tombstone stands for a key; to be asked after the key was looked for. Raises Unavailable.

        The tombstone comes before its key is destroyed: one that was looked for first might be missed.
        """
        if key_id not in self._erased and key_id not in self._asked:
            self._erased = self._read_erased()
            self._asked.add(key_id)
        return key_id in self._erased
