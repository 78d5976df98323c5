"""The basis of an action: what its writer's page said of the person, so that it can be held against the board later."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.checkpoint import Hash

_Count = Annotated[int, Field(ge=0)]


class Basis(BaseModel):
    """Where a person stood at one entry of the journal, under one policy."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    entry: Annotated[int, Field(ge=1)]
    """the entry of the journal that the page stood at"""

    policy: Hash
    """the digest of the policy in force there; bases of two policies are not compared"""

    score_millidays: _Count
    rank: Annotated[int, Field(ge=1)] | None
    """null: not ranked"""

    counted: _Count
    """how many contributions counted"""
