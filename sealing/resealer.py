"""Seals what was computed again as it was published, so that the two can be held against each other bit for bit."""

from collections.abc import Callable, Mapping

from models.token import Token
from sealing.ring import KeyRing

NOT_OPENED = (
    "does not open a token that names it: the token was changed or moved, or a build before AES-SIV sealed it; such a "
    "board has to be begun again"
)
"""What is said of an `unopened` key."""


class Resealer:
    """The Seal of one record that was published; `texts` are its identifying texts by place.

    What was published clear stays clear. Where the key is gone nothing can be sealed again: the published token is
    taken as it is, and `erased` or `lost` names its key. So it is where the key is still there, or again, beside its
    tombstone, since what was published after the tombstone need not be of its making. `unopened` names keys that are
    there and do not open the published token. `persons` remembers whose each key is, over many records; `shared` names
    those of two persons.
    """

    def __init__(self, ring: KeyRing, texts: Mapping[str, str], persons: dict[str, str]) -> None:
        self._ring = ring
        self._texts = texts
        self._persons = persons
        self.erased: set[str] = set()
        self.lost: set[str] = set()
        self.shared: set[str] = set()
        self.unopened: set[str] = set()

    def __call__(self, place: str, person: str, text: str) -> str:
        """What must stand at a place. Raises WrongUse without a key store, Unavailable."""
        published = self._texts.get(place)
        token = None if published is None or published == text else Token.read(published)
        if published is None or token is None:
            return text
        if self._persons.setdefault(token.key_id, person) != person:
            self.shared.add(token.key_id)
        cipher = self._ring.cipher(token.key_id)
        sealed = None if cipher is None else cipher.seal(place, text)
        if sealed == published:
            return published
        is_erased = self._ring.is_erased(token.key_id)
        if cipher is not None and sealed is not None and not is_erased:
            if cipher.open(place, token) is None:
                self.unopened.add(token.key_id)
            return sealed
        (self.erased if is_erased else self.lost).add(token.key_id)
        return published


class Unsealer:
    """A Seal the other way round: answers the clear text, and of a token whose key is gone what `gone` makes of it."""

    def __init__(self, ring: KeyRing, gone: Callable[[Token], str]) -> None:
        self._ring = ring
        self._gone = gone

    def __call__(self, place: str, _: str, text: str) -> str:
        """The clear text at a place. Raises WrongUse without a key store, Unavailable, and what `gone` raises."""
        token = Token.read(text)
        if token is None:
            return text
        cipher = self._ring.cipher(token.key_id)
        opened = None if cipher is None else cipher.open(place, token)
        return self._gone(token) if opened is None else opened
