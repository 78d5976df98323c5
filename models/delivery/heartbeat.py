"""The heartbeat of a subscription: how it stands while nothing is sent. It has no number, and names nobody."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

HEARTBEAT = "harmwatch.delivery.heartbeat"
"""The type of the CloudEvent."""

Standing = Literal["quiet", "behind", "stalled"]


class Heartbeat(BaseModel):
    """How a subscription stands: whether there was nothing to send, or something waits."""

    model_config = ConfigDict(title=HEARTBEAT, frozen=True, extra="forbid", use_attribute_docstrings=True)

    state: Standing
    """quiet: all is sent; behind: a number waits for its answer; stalled: it is not accepted"""

    number: Annotated[int, Field(ge=0)]
    """the last one that was accepted or set aside"""

    waiting: int | None
    """the number that is not accepted; null: none waits"""

    cause: str | None
    """why not, as receipts have it; null: nothing is stalled"""

    sequence: Annotated[int, Field(ge=0)]
    """up to which alerts were sent"""

    newest: Annotated[int, Field(ge=0)]
    """the newest alert that the deliverer knows"""
