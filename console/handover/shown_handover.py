"""What the page of a handover showed: the pack that is signed, or the stays that are walked through."""

from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from console.form_seal import FormSeal
from models.canonical import canonical_json


class ShownPack(BaseModel):
    """The three numbers of a pack, and its digest."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    sequence: int
    offset: int
    at: str
    sha256: str


class ShownHandover(BaseModel):
    """One form of one officer. `action_id`: another one for each page, and for what is sent with it."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    by: str
    action_id: str
    sequence_seen: Annotated[int, Field(ge=0)]
    pack: ShownPack | None = None
    """of an offer"""

    offer: str | None = None
    """the id of the offer that is answered"""

    stays: tuple[int, ...] = ()
    """of the giver, as the page showed them"""

    def sealed(self, seal: FormSeal) -> str:
        """For a field of the form."""
        return seal.seal(canonical_json(self.model_dump(mode="json")))

    @classmethod
    def opened(cls, seal: FormSeal, text: str, by: str) -> Self | None:
        """What it was; None: it was not made here, or for another officer."""
        content = seal.open(text)
        try:
            seen = None if content is None else cls.model_validate_json(content)
        except ValueError:  # another harmwatch's
            return None
        return seen if seen is not None and seen.by == by else None
