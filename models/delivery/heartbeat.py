"""The heartbeat of a subscription: how board and delivery stand while nothing is sent. It names nobody."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

HEARTBEAT = "harmwatch.delivery.heartbeat"
"""The type of the CloudEvent."""

Standing = Literal["quiet", "behind", "stalled"]
_Count = Annotated[int, Field(ge=0)]


class Heartbeat(BaseModel):
    """Whether there was nothing to send, something waits, or the board itself stands still."""

    model_config = ConfigDict(title=HEARTBEAT, frozen=True, extra="forbid", use_attribute_docstrings=True)

    board: str
    as_of: str | None
    """of the journal's newest entry, of which there is one a minute; null: none can be read"""

    entry: _Count | None
    """its number"""

    last_sequence: _Count
    """the newest alert that the deliverer knows"""

    delivered_sequence: _Count
    """up to which alerts were sent"""

    state: Standing
    """stalled: a board by the wall clock has written no entry for three minutes; behind: something has waited for its
    receipt for a minute; quiet: neither"""

    since: str | None
    """since when it is behind or stalled; null: it is quiet"""

    next_by: str
    """when the next one comes at the latest, where nothing else does"""

    number: _Count
    """the last one that was accepted or set aside"""

    waiting: int | None
    """the number that is not accepted; null: none waits"""

    cause: str | None
    """why not, as receipts have it; null: nothing is known against it"""
