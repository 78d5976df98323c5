"""What is sealed, opened for a subscription that has agreed on that: only in what leaves, never in the ledger."""

import json
from collections.abc import Sequence
from dataclasses import replace

from delivery.delivery_event import BAND, DeliveryEvent
from harmwatch_client.event import BASELINE
from models.alert import Alert, BaselineEvent, wire_bytes
from models.canonical import canonical_json
from models.delivery.recall import RECALLED
from models.identifying import place_of_offender, record_of_baseline, sealed_alert, sealed_baseline
from models.key_store import KeyStore
from models.token import Token
from sealing.resealer import Unsealer
from sealing.ring import KeyRing

ERASED = "harmwatch.delivery.erased"
"""The type of an event about a person whose key is gone: the same number, and tokens in the place of names."""

_MOST_RANKS = 1_000


class Opening:
    """For one request: with a key that is destroyed meanwhile nothing is opened any more. `keys` may block.

    Raises Unavailable where the key store does not answer.
    """

    def __init__(self, keys: KeyStore, baseline: int | None) -> None:
        self._ring, self._baseline, self._is_gone = KeyRing(keys, frozenset), baseline, False
        self._seal = Unsealer(self._ring, self._gone)

    def open(self, parts: Sequence[DeliveryEvent]) -> tuple[DeliveryEvent, ...]:
        """The same events in clear; of whom a key is gone as it was, and named so by its type."""
        return tuple(map(self._one, parts))

    def _gone(self, token: Token) -> str:
        self._is_gone = True
        return token.text

    def _one(self, item: DeliveryEvent) -> DeliveryEvent:
        if item.type == RECALLED:
            return item
        self._is_gone = False
        if item.type == BAND:
            opened = replace(item, value=self._band(item))
        elif item.type == BASELINE:
            event = sealed_baseline(BaselineEvent.model_validate_json(item.value), self._seal)
            opened = replace(item, value=wire_bytes(event))
        else:
            alert = sealed_alert(Alert.model_validate_json(item.value), self._seal)
            who = alert.offender_id
            opened = replace(item, value=wire_bytes(alert), subject=who if who.isprintable() else None)
        return replace(opened, type=ERASED, subject=item.subject) if self._is_gone else opened

    def _band(self, item: DeliveryEvent) -> bytes:
        data = json.loads(item.value)
        for row in data["members"]:
            row["offender_id"] = self._member(item.board, row["sequence"], row["offender_id"])
        return canonical_json(data)

    def _member(self, board: str, sequence: int, text: str) -> str:
        """A member's name was sealed in the alert of its entrance, or in the baseline by its rank there."""
        token = Token.read(text)
        cipher = None if token is None else self._ring.cipher(token.key_id)
        if token is None:
            return text
        places = [place_of_offender(board, sequence)]
        if self._baseline is not None:
            at = record_of_baseline(board, self._baseline)
            places += [f"{at}{rank}" for rank in range(1, _MOST_RANKS + 1)]
        found = (cipher.open(place, token) for place in places) if cipher is not None else iter(())
        opened = next((one for one in found if one is not None), None)
        return self._gone(token) if opened is None else opened
