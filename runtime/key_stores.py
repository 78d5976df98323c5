"""The key store of an installation, wherever it lies."""

import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from models.errors import Unavailable, WrongUse
from models.key_store import Key, KeyNamespace, KeyStore
from runtime.settings import Settings
from sealing.folder import KeyFolder

_Answer = TypeVar("_Answer")


def open_keys(settings: Settings, *, create: bool = False) -> KeyStore:
    """The key store that the settings name. Raises WrongUse when they name none or none is there, Unavailable.

    With `create` a folder that is missing is made.
    """
    where, holder = settings.key_store, KeyNamespace(settings.prefix, settings.board)
    if not where:
        raise WrongUse("HARMWATCH_KEY_STORE is not set: name the store with the keys of the sealed records")
    if (access := settings.key_store_access) is not None:
        from state.key_hashes import KeyHashes  # noqa: PLC0415  (the client of Redis loads slowly)

        return KeyHashes(access, holder)
    return KeyFolder.open(Path(where), holder, create=create)


def find_keys(settings: Settings) -> KeyStore | None:
    """The same; None when the settings name none."""
    return open_keys(settings) if settings.key_store else None


class LastingKeys:
    """A key store for a process that lasts, and for all of its threads: a connection that was lost is opened again.

    Any Redis that holds a key will do: a key's id is its fingerprint. Each method raises Unavailable.
    """

    def __init__(self, open_store: Callable[[], KeyStore]) -> None:
        self._open = open_store
        self._keys: KeyStore | None = None
        self._turn = threading.Lock()

    def close(self) -> None:
        """Ends the connection; the next question opens another one."""
        with self._turn:
            self._disconnect()

    def current(self, offender_id: str) -> Key | None:
        """See KeyStore."""
        return self._ask(lambda keys: keys.current(offender_id))

    def create(self, offender_id: str) -> Key:
        """See KeyStore."""
        return self._ask(lambda keys: keys.create(offender_id))

    def find(self, key_id: str) -> Key | None:
        """See KeyStore."""
        return self._ask(lambda keys: keys.find(key_id))

    def retire(self, offender_id: str) -> list[str]:
        """See KeyStore."""
        return self._ask(lambda keys: keys.retire(offender_id))

    def destroy(self, key_id: str) -> None:
        """See KeyStore."""
        self._ask(lambda keys: keys.destroy(key_id))

    def _ask(self, ask: Callable[[KeyStore], _Answer]) -> _Answer:
        """One question at a time: there is one connection. A connection that was open may have been lost since."""
        with self._turn:
            if self._keys is not None:
                try:
                    return ask(self._keys)
                except Unavailable:
                    self._disconnect()
            self._keys = self._open()
            return ask(self._keys)

    def _disconnect(self) -> None:
        if self._keys is not None:
            self._keys.close()
            self._keys = None


def lasting_keys(settings: Settings) -> LastingKeys | None:
    """For a process that lasts; None when the settings name none. Raises WrongUse where they name none that can be.

    One that does not answer now is asked again when it is needed.
    """
    if not settings.key_store:
        return None
    keys = LastingKeys(lambda: open_keys(settings))
    with suppress(Unavailable):
        keys.find("")
    return keys
