"""What another subscription hears of one that is stalled: which, since when and why. It names nobody."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

STALLED = "harmwatch.delivery.stalled"
"""The type of the CloudEvent."""


class Stall(BaseModel):
    """One subscription that is not further; the same stall has the same `since`."""

    model_config = ConfigDict(frozen=True, extra="ignore", use_attribute_docstrings=True)

    stalled: str
    """the id of the subscription"""

    number: Annotated[int, Field(ge=0)]
    """the one that waits; where heartbeats are the cause, or its receiver has closed it, the last one that was done"""

    cause: str
    """as receipts have it"""

    status: int | None
    """null: there was no answer"""

    since: str


class StallNotice(Stall):
    """Deliveries to another subscription are stalled: a person has to look."""

    model_config = ConfigDict(title=STALLED, frozen=True, extra="forbid", use_attribute_docstrings=True)

    board: str
