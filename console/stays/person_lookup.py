"""Whom a stay is about, and what the store says of them now."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from console.sealed.stay_key import StayKey
from console.sealed.stay_keys import StayKeys
from console.stays.live_desk import DeskState
from console.stays.person_view import PersonView
from desk.state import Desk
from models.alert import Alert
from models.board import OffenderView
from models.desk.basis import Basis
from models.errors import Unavailable
from models.token import Token
from sight.opening import CLOSED

_UNREADABLE = "whom the stay is about cannot be read any more"


class AnyPersons(Protocol):
    """What the store is asked by."""

    def ask(self, offender_id: str) -> tuple[OffenderView, Basis]:
        """One person, and the basis of an action about them. Raises Unavailable."""


@dataclass(frozen=True, slots=True)
class PersonLookup:
    """`entrances`: of everyone in the band, by the newest look, the sequence of their stay; `in_clear`: its alert."""

    persons: AnyPersons
    entrances: Callable[[], Mapping[str, int]]
    in_clear: Callable[[DeskState, int], Alert | None]
    keys: StayKeys | None = None
    """None: of a board in clear"""

    def ask(self, state: DeskState, stay: int) -> PersonView:
        """What the store answers now, or why it does not."""
        try:
            if self.keys is not None and self.keys.of(state.desk, stay).is_gone:
                return PersonView(trouble=_UNREADABLE, is_unreadable=True)
            who = self.who(state, stay)
            if who is None:
                return PersonView(trouble=_UNREADABLE)
            person, basis = self.persons.ask(who)
        except Unavailable as error:
            return PersonView(trouble=str(error))
        return PersonView(person, basis)

    def key(self, desk: Desk, stay: int) -> StayKey:
        """Under which what is written about a stay is sealed. Raises Unavailable."""
        return StayKey(desk.name_of(stay)) if self.keys is None else self.keys.of(desk, stay)

    def opened(self, desk: Desk, stay: int) -> Desk:
        """With the texts of one stay in clear, as far as they open now."""
        return desk if self.keys is None else self.keys.opened(desk, stay)

    def unopened(self, desk: Desk, stay: int) -> Desk:
        """With none of its texts, where they are sealed."""
        return desk if self.keys is None else self.keys.unopened(desk, stay)

    def who(self, state: DeskState, stay: int) -> str | None:
        """On a sealed board the store alone has ids in clear, and the key store of those who have left."""
        inside = next((who for who, sequence in self.entrances().items() if sequence == stay), None)
        if inside is not None:
            return inside
        alert, person = self.in_clear(state, stay), state.desk.stays[stay].person
        named = person if alert is None else alert.offender_id
        return None if named is None or named == CLOSED or Token.read(named) is not None else named
