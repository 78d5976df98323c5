"""The rules of a desk: how long what counts. They stand on the topic, so that a fold needs no settings."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from models.desk.action_head import ReasonCode

FOLD_VERSION = 1
"""How a desk is made of its records; it rises with each change that gives other desks."""

_Seconds = Annotated[int, Field(ge=1, le=366 * 86_400)]
_Name = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$")]


class DeskRules(BaseModel):
    """What the terms of a desk are, and who may decide; in force until the next ones."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, use_attribute_docstrings=True)

    fold_version: Annotated[int, Field(ge=1)] = FOLD_VERSION
    """how a desk is made of its records; a harmwatch that folds otherwise does not start"""

    unseen_seconds: _Seconds = 3_600
    """after which a stay that nobody has looked at is overdue"""

    look_seconds: _Seconds = 7 * 86_400
    """after which a look no longer counts"""

    snooze_seconds: _Seconds = 24 * 3_600
    """the longest snooze"""

    proposal_seconds: _Seconds = 24 * 3_600
    """after which a proposal that nobody has answered ends"""

    provisional_seconds: _Seconds = 12 * 3_600
    """how long a provisional proposal holds without a second person"""

    shift_seconds: _Seconds = 12 * 3_600
    """after which what an officer looked at is an orphan, counted from the last record they wrote"""

    growth_percent: Annotated[int, Field(ge=1)] = 20
    """by how much of itself a score must have risen for a look to lapse"""

    contribution_millidays: Annotated[int, Field(ge=1)] = 182_000
    """how heavy one offence that is not in the basis must be for a look to lapse"""

    measures: Annotated[tuple[_Name, ...], Field(min_length=1)] = ("accept", "decline", "refer")
    """what can be decided; `accept` alone can be provisional"""

    deciders: Annotated[tuple[_Name, ...], Field(min_length=1)] = ("officer", "supervisor")
    """roles that may propose and return; a supervisor confirms"""

    reason_codes: Annotated[tuple[ReasonCode, ...], Field(max_length=50)] = (
        "known", "handled", "waiting", "in_doubt", "wrong_person", "end_of_shift", "other",
    )  # fmt: skip
    """what an action may give as its reason, besides a text"""
