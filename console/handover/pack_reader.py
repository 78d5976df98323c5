"""The pack of an offer: as this console made it, or made again from Kafka."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from desk.pack import pack_again, pack_digest
from desk.records import DeskRecords
from desk.state import Handover

_KEPT = 64
"""Packs of the newest pages; older ones are made again."""


@dataclass(slots=True)
class PackReader:
    """Any thread may ask. `records` reads both topics to their ends, one reading at a time: it may take its time."""

    records: Callable[[], DeskRecords]
    _kept: OrderedDict[str, bytes] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    """of what is kept: held for a moment alone, since pages wait for it"""

    _reading: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, pack: bytes) -> str:
        """Its digest, by which it is known from here on."""
        digest = pack_digest(pack)
        with self._lock:
            self._kept[digest] = pack
            self._kept.move_to_end(digest)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return digest

    def of(self, handover: Handover) -> bytes:
        """The bytes that were signed. Raises Unproved where they cannot be made again, Unavailable."""
        kept = self._find(handover.digest)
        if kept is not None:
            return kept
        with self._reading:
            kept = self._find(handover.digest)  # somebody else may have read it meanwhile
            if kept is None:
                kept = pack_again(self.records(), handover)
                self.keep(kept)
            return kept

    def _find(self, digest: str) -> bytes | None:
        with self._lock:
            return self._kept.get(digest)
