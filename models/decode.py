"""From the bytes of a record to a report, or to the reason why it is none.

Good records take the fast way (msgspec). Whatever it does not take is read again by the contract itself
(models/report.py), which has the last word and finds the words for what is wrong.
"""

import json
from typing import Annotated, Literal, NamedTuple

import msgspec
from pydantic import ValidationError

from models.errors import Reason, Refused
from models.instants import DAY, parse_instant
from models.record import Record
from models.report import MAX_REVISION, NOT_GIVEN, OffenceReport, ReportType, VictimSex, must_say_reported_at

MAX_BYTES = 64 * 1024

_Identifier = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class Report(NamedTuple):
    """What the service uses of a report; instants in microseconds. `code` is "" where a withdrawal names none."""

    event_id: str
    type: ReportType
    offence_id: str
    offender_id: str
    revision: int
    code: str
    status: str
    victim_sex: VictimSex
    occurred_at: int
    recorded_at: int
    reported_at: int


class WireReport(msgspec.Struct, frozen=True, gc=False):
    """The fields of OffenceReport, no less strict; tests hold the two against each other."""

    event_id: _Identifier
    type: Literal["offence.reported", "offence.amended", "offence.withdrawn"]
    offence_id: _Identifier
    offender_id: _Identifier
    occurred_at: str
    recorded_at: str
    reported_at: str | msgspec.UnsetType = msgspec.UNSET
    revision: Annotated[int, msgspec.Meta(ge=1, le=MAX_REVISION)] = 1
    code: Annotated[str, msgspec.Meta(min_length=1, max_length=64)] | msgspec.UnsetType = msgspec.UNSET
    status: str = "reported"
    victim_ids: tuple[str, ...] = ()
    victim_sex: Literal["female", "male", "unknown"] = "unknown"
    source: str = ""


_read = msgspec.json.Decoder(WireReport).decode
# Calling an enumeration costs more than all else that is done with its text.
_TYPES = {kind.value: kind for kind in ReportType}
_SEXES = {sex.value: sex for sex in VictimSex}


def decode(key: bytes | None, value: bytes | None, timestamp_us: int) -> Report:
    """The report in one record of offences.v1; `timestamp_us` is the record's Kafka timestamp.

    Raises Refused with the first reason that holds, in the order of `Reason`.
    """
    if value is None:
        raise Refused(Reason.NOT_VALID, "the value is null")
    report = decode_value(value)
    if key != report.offender_id.encode():
        raise Refused(Reason.KEY_MISMATCH, "the record's key is not its offender_id")
    refuse_wrong_times(report, timestamp_us)
    return report


def decode_record(record: Record) -> Report:
    """The report in a record as it lies on offences.v1. Raises Refused."""
    return decode(record.key, record.value, record.timestamp_ms * 1000)


def decode_value(value: bytes) -> Report:
    """What a value says, whatever its key. Raises Refused: too_large, not_json or not_valid."""
    if len(value) > MAX_BYTES:
        raise Refused(Reason.TOO_LARGE, f"{len(value)} bytes, {MAX_BYTES} are allowed")
    return decode_fast(value) or decode_strict(value)


def refuse_wrong_times(report: Report, timestamp_us: int) -> None:
    """Raises Refused: bad_order_of_times or from_the_future."""
    if report.occurred_at - report.recorded_at > DAY:
        raise Refused(Reason.BAD_ORDER_OF_TIMES, "occurred_at is more than 24 h after recorded_at")
    if report.reported_at - report.recorded_at > DAY:
        raise Refused(Reason.BAD_ORDER_OF_TIMES, "reported_at is more than 24 h after recorded_at")
    if report.recorded_at - timestamp_us > DAY:
        raise Refused(Reason.FROM_THE_FUTURE, "recorded_at is more than 24 h after the record's timestamp")


def parse_wire_report(value: bytes) -> WireReport:
    """What a plainly good value says. Raises ValueError or RecursionError for every other one."""
    if not value.isascii():
        value.decode()  # msgspec passes over the bytes of fields that it does not know
    return _read(value)


def instants_of(plain: WireReport) -> tuple[int, int, int]:
    """occurred_at, recorded_at and reported_at in microseconds. Raises ValueError, also where one must be said."""
    recorded_at, reported = parse_instant(plain.recorded_at), plain.reported_at
    if reported is msgspec.UNSET and must_say_reported_at(plain.revision, plain.type):
        raise ValueError("reported_at is missing")
    if reported is msgspec.UNSET or reported == plain.recorded_at:
        return parse_instant(plain.occurred_at), recorded_at, recorded_at
    return parse_instant(plain.occurred_at), recorded_at, parse_instant(reported)


def decode_fast(value: bytes) -> Report | None:
    """None for everything that is not plainly good."""
    try:
        plain = parse_wire_report(value)
        instants = instants_of(plain)
    except (ValueError, RecursionError):
        return None
    kind, code = _TYPES[plain.type], plain.code
    if code is msgspec.UNSET:
        if kind is not ReportType.WITHDRAWN:
            return None
        code = ""
    return Report(
        plain.event_id, kind, plain.offence_id, plain.offender_id, plain.revision, code, plain.status,
        _SEXES[plain.victim_sex], *instants,
    )  # fmt: skip


def decode_strict(value: bytes) -> Report:
    """The report as the contract reads it. Raises Refused: not_json or not_valid."""
    if b"NaN" in value or b"Infinity" in value:
        _refuse_unless_json(value)  # pydantic lets these words through; JSON has no such numbers
    try:
        report = OffenceReport.model_validate_json(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        if first["type"] == "json_invalid":
            _refuse_unless_json(value)
        where = ".".join(str(part) for part in first["loc"])
        raise Refused(Reason.NOT_VALID, f"{where}: {first['msg']}" if where else first["msg"]) from None
    return Report(
        report.event_id, report.type, report.offence_id, report.offender_id, report.revision, report.code,
        report.status, report.victim_sex, report.occurred_at, report.recorded_at,
        report.recorded_at if report.reported_at == NOT_GIVEN else report.reported_at,
    )  # fmt: skip


def _refuse_unless_json(value: bytes) -> None:
    """Second opinion on bytes that pydantic refused: text that is JSON may still not be valid."""
    try:
        json.loads(value.decode(), parse_constant=_no_such_number)
    except (ValueError, RecursionError) as error:
        raise Refused(Reason.NOT_JSON, str(error)[:200]) from None


def _no_such_number(word: str) -> None:
    raise ValueError(f"{word} is not JSON")
