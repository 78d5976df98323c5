"""Finds the key of a stay: the one under which its entrance was sealed, and no other."""

from dataclasses import dataclass, replace
from typing import Protocol

from console.sealed.stay_key import StayKey
from desk.state import Desk
from models.errors import Unavailable
from models.key_store import Key
from models.token import Token
from sealing.cipher import Cipher


class FindsKeys(Protocol):
    """Where keys are looked for."""

    def find(self, key_id: str) -> Key | None:
        """None: it was destroyed, or no key store is named. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class StayKeys:
    """The keys to all stays of a board; any thread may ask."""

    keys: FindsKeys

    def of(self, desk: Desk, stay: int) -> StayKey:
        """Raises Unavailable where the key store does not answer."""
        name, person = desk.name_of(stay), desk.stays[stay].person
        token = None if person is None else Token.read(person)
        if token is None:
            return StayKey(name)
        key = self.keys.find(token.key_id)
        return StayKey(name, is_sealed=True, cipher=None if key is None else Cipher(key))

    def opened(self, desk: Desk, stay: int) -> Desk:
        """With the texts of one stay in clear, as far as they open now."""
        try:
            key = self.of(desk, stay)
        except Unavailable:
            return self.unopened(desk, stay)
        return _opened(desk, stay, key) if key.is_sealed else desk

    def unopened(self, desk: Desk, stay: int) -> Desk:
        """The same without asking for the key: of a sealed stay no text is read."""
        return _opened(desk, stay, StayKey(desk.name_of(stay), is_sealed=True)) if desk.stays[stay].is_sealed else desk


def _opened(desk: Desk, stay: int, key: StayKey) -> Desk:
    return replace(desk, stays={**desk.stays, stay: key.opened(desk.stays[stay])})
