"""What a recovery says of keys whose tokens it could not make again, each key once."""

import logging

from runtime.events import Event, happened
from sealing.resealer import NOT_OPENED, Resealer

log = logging.getLogger(__name__)


class SealWarnings:
    """Goes on over all entries of a recovery; that an entry differs for it is said by who compares."""

    def __init__(self) -> None:
        self._warned: set[str] = set()

    def take(self, seal: Resealer, entry: int) -> None:
        """What the seal of one entry came upon."""
        for key_id in sorted(seal.lost - self._warned):
            message = "the key store lacks key %s, and no tombstone stands for it: run `harmwatch verify`"
            log.warning(message, key_id, extra=happened(Event.KEY_LACKS, entry=entry))
        for key_id in sorted(seal.unopened - self._warned):
            log.warning("key %s %s", key_id, NOT_OPENED, extra=happened(Event.KEY_LACKS, entry=entry))
        self._warned |= seal.lost | seal.unopened
