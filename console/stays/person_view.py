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
    is_unreadable: bool = False
    """whether the key of a sealed stay is gone: then it can be looked at and closed, and nothing is written about it"""
