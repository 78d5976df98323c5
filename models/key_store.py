"""Where the keys of sealed records lie: one key per person, apart from the log."""

import hashlib
from dataclasses import dataclass
from typing import Protocol

from models.canonical import digest_of

SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class Key:
    """A secret of 32 bytes. Its `id` is its fingerprint: it names the key, and tells nothing of the secret."""

    secret: bytes

    @property
    def id(self) -> str:
        """32 hexadecimal digits."""
        return hashlib.sha256(b"harmwatch sealing key\n" + self.secret).hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class KeyNamespace:
    """Whose keys they are: those of one board under one prefix."""

    prefix: str
    board: str

    def name_of(self, offender_id: str) -> str:
        """A person's name in a key store: a SHA-256 in hex, since ids may hold any letter."""
        return digest_of([self.prefix, self.board, offender_id])


class KeyStore(Protocol):
    """The keys of one board. All methods raise Unavailable when the store does not answer.

    A key is current for one person, then retired (nothing new is sealed under it), then destroyed.
    """

    def close(self) -> None:
        """Ends the connection."""

    def current(self, offender_id: str) -> Key | None:
        """The key under which what is new about a person is sealed; None when there is none, or it is damaged."""

    # Random, never derived: what a master secret gives could be derived again, and is never erased (decision 0010).
    def create(self, offender_id: str) -> Key:
        """A current key for a person without one, kept for good when this returns; of two callers both get the same."""

    def find(self, key_id: str) -> Key | None:
        """A key that was not destroyed, retired or not."""

    def retire(self, offender_id: str) -> list[str]:
        """Makes a person's key current no more; the ids of all their retired keys."""

    def destroy(self, key_id: str) -> None:
        """Takes a retired key away for ever."""
