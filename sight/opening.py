"""Alerts in clear, for one who has the key store at hand."""

from collections.abc import Sequence

from models.alert import Alert, BaselineEvent
from models.identifying import sealed_alert, sealed_baseline
from models.key_store import Key, KeyStore
from runtime.key_stores import find_keys
from runtime.settings import Settings
from sealing.resealer import Unsealer
from sealing.ring import KeyRing

CLOSED = "(sealed)"


class UnsealedAlerts:
    """Alerts as they are shown. Of somebody who was erased `(sealed)` is left; without a key store all is as sent."""

    def __init__(self, keys: KeyStore | None) -> None:
        self._keys = keys

    @classmethod
    def of(cls, settings: Settings) -> "UnsealedAlerts":
        """With the key store of an installation. Raises WrongUse, Unavailable."""
        return cls(find_keys(settings))

    def close(self) -> None:
        """Ends the connection to the key store."""
        if self._keys is not None:
            self._keys.close()

    def alert(self, sent: Alert) -> Alert:
        """An alert in clear. Raises Unavailable."""
        return sent if self._keys is None else sealed_alert(sent, _opening(self._keys))

    def alerts(self, sent: Sequence[Alert]) -> tuple[Alert, ...]:
        """Many at one moment, each of their keys looked up once. Raises Unavailable."""
        if self._keys is None:
            return tuple(sent)
        opening = _opening(self._keys)
        return tuple(sealed_alert(each, opening) for each in sent)

    def find(self, key_id: str) -> Key | None:
        """A key that was not destroyed; None also without a key store. Raises Unavailable."""
        return None if self._keys is None else self._keys.find(key_id)

    def baseline(self, sent: BaselineEvent) -> BaselineEvent:
        """A baseline in clear. Raises Unavailable."""
        return sent if self._keys is None else sealed_baseline(sent, _opening(self._keys))


def _opening(keys: KeyStore) -> Unsealer:
    """Another for each event or look: with a key that was destroyed meanwhile nothing is opened any more."""
    return Unsealer(KeyRing(keys, frozenset), lambda _: CLOSED)
