"""A redrive: a refused record that an operator has sent to offences.v1 once more, on redrives.v1."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

_Place = Annotated[int, Field(ge=0)]


class Redrive(BaseModel):
    """Which letter was redriven (its offset on dead-letters.v1), by whom, when and why, and where it lies now."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, title="redrives.v1")

    letter: _Place
    reason: str
    partition: _Place
    refused_offset: _Place
    sent_offset: _Place
    by: Annotated[str, Field(min_length=1)]
    why: Annotated[str, Field(min_length=1)]
    at: str
