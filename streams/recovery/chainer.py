"""The store's entries, sealed and chained the way the journal's are, so that both can be compared."""

from broker.entries import AnyEntry, Tail
from broker.erasures import erased_keys
from models.journal.entry import chain, sealed_texts
from models.journal.plain_entry import PlainEntry, plain_hash
from models.journal.transition import Entry
from models.policy import Policy
from runtime.installation import Installation
from runtime.key_stores import find_keys
from runtime.signer import signer
from sealing.resealer import Resealer
from sealing.ring import KeyRing
from streams.recovery.seal_warnings import SealWarnings


class Chainer:
    """Seals by the keys of the published entry: none is made here, nor one that was destroyed."""

    def __init__(self, installation: Installation) -> None:
        self._installation = installation
        self._keys = find_keys(installation.settings)
        self._ring = KeyRing(self._keys, self._read_erased)
        self._seals = SealWarnings()

    def close(self) -> None:
        """Ends the key store."""
        if self._keys is not None:
            self._keys.close()

    def chain(self, policy: Policy, entry: Entry, tail: Tail, published: AnyEntry) -> Tail:
        """What the tail becomes by `entry`, sealed as it was `published`; `policy` is in force after it."""
        settings = self._installation.settings
        if isinstance(published, PlainEntry):  # it names nobody
            again = plain_hash(entry, settings.board, settings.clock, policy.digest, tail.hash)
            return Tail(entry.number, again or "")
        seal = Resealer(self._ring, sealed_texts(published), {})
        chained = chain(entry, settings.board, settings.clock, policy.digest, tail.hash, seal)
        self._seals.take(seal, entry.number)
        return Tail(entry.number, chained.hash)

    def _read_erased(self) -> frozenset[str]:
        installation = self._installation
        return erased_keys(installation.reader, signer(installation.settings, installation.small_reader))
