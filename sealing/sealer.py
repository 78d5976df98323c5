"""Seals what is published for the first time."""

import secrets
from collections.abc import Callable, Collection

from models.key_store import KeyStore
from models.token import Token
from sealing.cipher import TAG_BYTES, Cipher


def _nothing_is_known(_place: str, _person: str) -> str | None:
    return None


def _nobody_is_erased(_key_id: str) -> bool:
    return False


class Sealer:
    """The Seal of one transaction: a key is asked for again in the next one, since it may be destroyed at any moment.

    `erased` are the ids on tombstones: such a key may come back with a backup, and is not used again.
    `stay_at` answers, for a place and a person, the id of the key under which the stay of which it speaks began;
    None: it is sealed under whatever key is current. `is_erased` says whether a key that is gone has a tombstone.
    """

    def __init__(
        self,
        store: KeyStore,
        erased: Collection[str],
        stay_at: Callable[[str, str], str | None] = _nothing_is_known,
        is_erased: Callable[[str], bool] = _nobody_is_erased,
    ) -> None:
        self._store = store
        self._erased = erased
        self._stay_at = stay_at
        self._is_erased = is_erased
        self._current: dict[str, Cipher] = {}
        self._stays: dict[str, Cipher | None] = {}
        self._gone: dict[str, bool] = {}
        self._closed: dict[tuple[str, str], str] = {}

    def __call__(self, place: str, person: str, text: str) -> str:
        """The token of a text about a person. Raises Unavailable."""
        key_id = self._stay_at(place, person)
        cipher = None if key_id is None else self._of_stay(key_id)
        if key_id is not None and cipher is None and self._is_closed(key_id):
            return self._closed.setdefault((key_id, place), _closed_token(key_id, text))
        return (cipher or self._of_person(person)).seal(place, text)

    def _of_stay(self, key_id: str) -> Cipher | None:
        """None: the key is gone, or its tombstone stands, and only the destruction is still to come."""
        if key_id not in self._stays:
            key = None if key_id in self._erased else self._store.find(key_id)
            self._stays[key_id] = None if key is None else Cipher(key)
        return self._stays[key_id]

    def _is_closed(self, key_id: str) -> bool:
        """Of a key that is gone; where no tombstone stands, all of them were read to see it, so once is enough."""
        if key_id not in self._gone:
            self._gone[key_id] = key_id in self._erased or self._is_erased(key_id)
        return self._gone[key_id]

    def _of_person(self, person: str) -> Cipher:
        if person not in self._current:
            key = self._store.current(person)
            if key is not None and key.id in self._erased:
                self._store.retire(person)
                key = None
            self._current[person] = Cipher(key or self._store.create(person))
        return self._current[person]


def _closed_token(key_id: str, text: str) -> str:
    """A token of a destroyed key as that key would have made it, but that it opens to nobody, whatever comes back."""
    return Token(key_id, secrets.token_bytes(len(text.encode()) + TAG_BYTES)).text
