"""The recall of an alert, as receivers get it: which events do not hold. It names no person."""

import hashlib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from models.canonical import canonical_json

RECALLED = "harmwatch.band.recalled"
"""The type of the CloudEvent."""

RecallReason = Literal["amended", "erased", "ordered"]

Asked = Literal["rectify", "erase"]
"""What receivers are to do: correct what they did by it, or delete what they keep of it."""

Interval = tuple[str, str]
"""From an instant up to, and without, another one."""


class Recall(BaseModel):
    """What was sent before does not hold: undo what was done by it."""

    model_config = ConfigDict(title=RECALLED, frozen=True, extra="forbid", use_attribute_docstrings=True)

    board: str
    recalls: tuple[str, ...]
    """the ids of the events: an alert or a baseline, and the band of number 1 where that holds the same stay"""

    sequence: Annotated[int, Field(ge=1)]
    """of the alert or the baseline"""

    asked: Asked
    """rectify: correct what was done by it; erase: delete what is kept of it"""

    reason: RecallReason
    """amended: as known now it would not have been sent; erased: a person it names is; ordered: an operator says so"""

    intervals: tuple[Interval, ...]
    """when the band was wrong by it, as known now; none: nobody has computed that"""

    as_of: str
    """when it was ordered"""


def recall_id(alert_id: str, asked: Asked) -> str:
    """Of an order: the same however often the same is asked of the same alert."""
    return hashlib.sha256(canonical_json([alert_id, asked])).hexdigest()
