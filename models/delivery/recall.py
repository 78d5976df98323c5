"""The recall of an alert, as receivers get it: which alert does not hold. It names no person."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

RECALL = "harmwatch.delivery.recall"
"""The type of the CloudEvent."""

RecallReason = Literal["amended", "erased", "ordered"]


class Recall(BaseModel):
    """An alert that was sent before does not hold: undo what was done by it."""

    model_config = ConfigDict(title=RECALL, frozen=True, extra="forbid", use_attribute_docstrings=True)

    board: str
    alert_id: str
    sequence: Annotated[int, Field(ge=1)]
    """of the alert"""

    reason: RecallReason
    """amended: as known now it would not have been sent; erased: a person it names is; ordered: somebody says so"""

    recalled_at: str
    """when it was ordered"""
