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

    def keep(self, pack: bytes) -> str:
        """Its digest, by which it is known from here on."""
        digest = pack_digest(pack)
        self._kept[digest] = pack
        self._kept.move_to_end(digest)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return digest

    def of(self, handover: Handover) -> bytes:
        """The bytes that were signed. Raises Unproved where they cannot be made again, Unavailable."""
        with self._lock:
            kept = self._kept.get(handover.digest)
            if kept is None:
                kept = pack_again(self.records(), handover)
                self.keep(kept)
            return kept
