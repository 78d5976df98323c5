"""Seals what is published for the first time."""

from collections.abc import Collection

from models.key_store import KeyStore
from sealing.cipher import Cipher


class Sealer:
    """The Seal of one transaction: a key is asked for anew in the next one, since it may be destroyed at any moment.

    `erased` are the ids on tombstones: such a key may come back with a backup, and is not used again.
    """

    def __init__(self, store: KeyStore, erased: Collection[str]) -> None:
        self._store = store
        self._erased = erased
        self._ciphers: dict[str, Cipher] = {}

    def __call__(self, place: str, person: str, text: str) -> str:
        """The token of a text about a person. Raises Unavailable."""
        if person not in self._ciphers:
            self._ciphers[person] = self._cipher(person)
        return self._ciphers[person].seal(place, text)

    def _cipher(self, person: str) -> Cipher:
        key = self._store.current(person)
        if key is not None and key.id in self._erased:
            self._store.condemn(person)
            key = None
        return Cipher(key or self._store.create(person))
