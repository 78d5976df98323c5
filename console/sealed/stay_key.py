"""The key of one stay: what is written about it is sealed under it, and read by it. It is never made here."""

from contextlib import suppress
from dataclasses import dataclass, replace

from desk.stay import Stay
from models.desk.basis import Basis
from models.token import Token
from sealing.cipher import Cipher
from sight.opening import CLOSED


@dataclass(frozen=True, slots=True)
class StayKey:
    """The key to the texts of the stay of this name.

    `is_sealed` without a `cipher`: its key is gone, and nobody reads or writes a text.
    """

    stay: str
    is_sealed: bool = False
    cipher: Cipher | None = None

    @property
    def is_gone(self) -> bool:
        """Whether the token of the stay does not open any more."""
        return self.is_sealed and self.cipher is None

    def seal_note(self, text: str) -> str:
        """As it stands on the topic. Raises ValueError where the key is gone."""
        return self._seal("note", text) if self.is_sealed else text

    def seal_basis(self, basis: Basis) -> Basis:
        """The same for its rows."""
        return basis.sealed(lambda rows: self._seal("basis", rows)) if self.is_sealed else basis

    def open_note(self, text: str) -> str:
        """As it was typed; `(sealed)` where it does not open."""
        token = Token.read(text) if self.is_sealed else None
        return text if token is None else self._open("note", token) or CLOSED

    def open_basis(self, basis: Basis) -> Basis:
        """With its rows in clear, where they open; else as it is."""
        with suppress(ValueError):  # the token holds something else
            return basis.opened(lambda token: self._open("basis", token))
        return basis

    def opened(self, stay: Stay) -> Stay:
        """The stay as whoever may read it reads it."""
        if not self.is_sealed:
            return stay
        notes = tuple(
            replace(each, text=None if each.text is None else self.open_note(each.text)) for each in stay.notes
        )
        proposals = tuple(
            replace(each, why=None if each.why is None else self.open_note(each.why), basis=self.open_basis(each.basis))
            for each in stay.proposals
        )
        return replace(stay, notes=notes, proposals=proposals)

    def _seal(self, what: str, text: str) -> str:
        if self.cipher is None:
            raise ValueError("the key of this stay is gone")
        return self.cipher.seal(f"{self.stay}/{what}", text)

    def _open(self, what: str, token: Token) -> str | None:
        return None if self.cipher is None else self.cipher.open(f"{self.stay}/{what}", token)
