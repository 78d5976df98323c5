"""The key store of an installation, wherever it lies."""

from pathlib import Path

from models.errors import WrongUse
from models.key_store import KeyNamespace, KeyStore
from runtime.settings import Settings
from sealing.folder import KeyFolder
from state.key_hashes import KeyHashes


def open_keys(settings: Settings, *, create: bool = False) -> KeyStore:
    """The key store that the settings name. Raises WrongUse when they name none or none is there, Unavailable.

    With `create` a folder that is missing is made.
    """
    where, holder = settings.key_store, KeyNamespace(settings.prefix, settings.board)
    if not where:
        raise WrongUse("HARMWATCH_KEY_STORE is not set: name the store with the keys of the sealed records")
    if (access := settings.key_store_access) is not None:
        return KeyHashes(access, holder)
    return KeyFolder.open(Path(where), holder, create=create)


def find_keys(settings: Settings) -> KeyStore | None:
    """The same; None when the settings name none."""
    return open_keys(settings) if settings.key_store else None
