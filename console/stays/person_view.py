"""The person of a stay, as the store answers."""

from dataclasses import dataclass

from models.board import OffenderView
from models.desk.basis import Basis


@dataclass(frozen=True, slots=True)
class PersonView:
    """What the store answers about the person of a stay, or why it does not."""

    person: OffenderView | None = None
    basis: Basis | None = None
    trouble: str = ""
