"""An offence report as it stands on offences.v1: the contract, and what its JSON Schema is made from."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from models.instants import EARLIEST, Instant

MAX_REVISION = 2**53 - 1
NOT_GIVEN = EARLIEST - 1
"""The value of a field that was left out. An explicit null is refused."""

Identifier = Annotated[str, Field(min_length=1, max_length=128)]


class ReportType(StrEnum):
    """What a report says about its offence."""

    REPORTED = "offence.reported"
    AMENDED = "offence.amended"
    WITHDRAWN = "offence.withdrawn"


class VictimSex(StrEnum):
    """Recorded sex of the victim; data of the source, not of ours."""

    FEMALE = "female"
    MALE = "male"
    UNKNOWN = "unknown"


REPORTED_AT = "when it was first reported; left out: recorded_at. A revision above 1 that is no withdrawal must say it"


def must_say_reported_at(revision: int, kind: str) -> bool:
    """A correction would start a new window without anybody having meant it; a withdrawal has none."""
    return revision > 1 and kind != ReportType.WITHDRAWN


class OffenceReport(BaseModel):
    """One revision of what is known about one offence of one offender (pseudonymous ids only)."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="ignore", title="offences.v1", use_attribute_docstrings=True,
        json_schema_extra={
            "if": {
                "properties": {"revision": {"minimum": 2}, "type": {"not": {"const": "offence.withdrawn"}}},
                "required": ["revision"],
            },
            "then": {"required": ["reported_at"]},
        },
    )  # fmt: skip

    event_id: Identifier
    """unique for each event"""

    type: ReportType
    """withdrawn: no longer attributed to this offender, or cancelled; a later revision can take it back"""

    offence_id: Identifier
    """the reference of the crime"""

    offender_id: Identifier
    """pseudonymous id of the person named as a suspect; equals the record's key"""

    revision: Annotated[int, Field(ge=1, le=MAX_REVISION)] = 1
    """the highest one counts for an offence of an offender; equal or lower ones are ignored"""

    code: Annotated[str, Field(min_length=1, max_length=64)] = Field(
        default_factory=str, description="key into the harm index; may be left out of a withdrawal"
    )
    occurred_at: Instant
    """when it happened, RFC 3339 with offset"""

    recorded_at: Instant
    """when this revision was recorded, RFC 3339 with offset"""

    reported_at: Instant = Field(default_factory=lambda: NOT_GIVEN, description=REPORTED_AT)
    status: str = "reported"
    """key into the policy's table of statuses"""

    victim_ids: tuple[str, ...] = ()
    """pseudonymous ids"""

    victim_sex: VictimSex = VictimSex.UNKNOWN
    """the policy may count some victims only"""

    source: str = Field(default_factory=str)

    @model_validator(mode="after")
    def _a_code_unless_withdrawn(self) -> Self:
        if not self.code and self.type is not ReportType.WITHDRAWN:
            raise ValueError("code is missing")
        return self

    @model_validator(mode="after")
    def _a_later_revision_says_when_it_was_reported(self) -> Self:
        if self.reported_at == NOT_GIVEN and must_say_reported_at(self.revision, self.type):
            raise ValueError(
                f"reported_at is missing: without it revision {self.revision} would begin the window again"
            )
        return self
