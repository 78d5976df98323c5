"""An offence report as it stands on offences.v1, and how its bytes become one."""

import json
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from models.errors import Reason, Refused
from models.instants import DAY, EARLIEST, Instant

MAX_BYTES = 64 * 1024
MAX_REVISION = 2**53 - 1
NOT_GIVEN = EARLIEST - 1
"""Stands where a report names no instant; null is not a way to leave a field out."""

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


class OffenceReport(BaseModel):
    """One revision of what is known about one offence of one offender (pseudonymous ids only)."""

    model_config = ConfigDict(frozen=True, strict=True, extra="ignore", title="offences.v1")

    event_id: Identifier
    type: ReportType
    offence_id: Identifier
    offender_id: Identifier
    revision: Annotated[int, Field(ge=1, le=MAX_REVISION)] = 1
    code: Annotated[str, Field(min_length=1, max_length=64)] = Field(
        default_factory=str, description="key into the harm index; may be left out of a withdrawal"
    )
    occurred_at: Instant
    recorded_at: Instant
    reported_at: Instant = Field(default_factory=lambda: NOT_GIVEN, description="left out: recorded_at")
    status: str = "reported"
    victim_ids: tuple[str, ...] = ()
    victim_sex: VictimSex = VictimSex.UNKNOWN
    source: str = Field(default_factory=str)

    @model_validator(mode="after")
    def _a_code_unless_withdrawn(self) -> Self:
        if not self.code and self.type is not ReportType.WITHDRAWN:
            raise ValueError("code is missing")
        return self

    @property
    def first_reported_at(self) -> int:
        """When the crime was first reported, microseconds."""
        return self.recorded_at if self.reported_at == NOT_GIVEN else self.reported_at


def decode(key: bytes | None, value: bytes | None, timestamp_us: int) -> OffenceReport:
    """The report in one record of offences.v1; `timestamp_us` is the record's Kafka timestamp.

    Raises Refused with the first reason that holds, in the order of `Reason`.
    """
    if value is None:
        raise Refused(Reason.NOT_VALID, "the value is null")
    if len(value) > MAX_BYTES:
        raise Refused(Reason.TOO_LARGE, f"{len(value)} bytes, {MAX_BYTES} are allowed")
    report = _parse(value)
    if key != report.offender_id.encode():
        raise Refused(Reason.KEY_MISMATCH, "the record's key is not its offender_id")
    _check_order_of_times(report)
    if report.recorded_at - timestamp_us > DAY:
        raise Refused(Reason.FROM_THE_FUTURE, "recorded_at is more than 24 h after the record's timestamp")
    return report


def _parse(value: bytes) -> OffenceReport:
    if b"NaN" in value or b"Infinity" in value:
        _refuse_unless_json(value)  # the fast parser lets these words through; JSON has no such numbers
    try:
        return OffenceReport.model_validate_json(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            _refuse_unless_json(value)
        where = ".".join(str(part) for part in first["loc"])
        raise Refused(Reason.NOT_VALID, f"{where}: {first['msg']}" if where else first["msg"]) from None


def _refuse_unless_json(value: bytes) -> None:
    """Second opinion on bytes that the fast parser refused: text that is JSON may still not be valid."""
    try:
        json.loads(value.decode(), parse_constant=_no_such_number)
    except (ValueError, RecursionError) as error:
        raise Refused(Reason.NOT_JSON, str(error)[:200]) from None


def _no_such_number(word: str) -> None:
    raise ValueError(f"{word} is not JSON")


def _check_order_of_times(report: OffenceReport) -> None:
    if report.occurred_at - report.recorded_at > DAY:
        raise Refused(Reason.BAD_ORDER_OF_TIMES, "occurred_at is more than 24 h after recorded_at")
    if report.first_reported_at - report.recorded_at > DAY:
        raise Refused(Reason.BAD_ORDER_OF_TIMES, "reported_at is more than 24 h after recorded_at")
