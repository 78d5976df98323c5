"""Each reason that decoding has to refuse a record holds to the microsecond, and the first one is given."""

import json

import pytest

from models.decode import MAX_BYTES, decode
from models.errors import Reason, Refused
from models.instants import DAY, format_instant, parse_instant

RECORDED = parse_instant("2025-03-02T09:00:00Z")
KEY = b"p"


def a_report(**changes: object) -> bytes:
    fields = {
        "event_id": "e", "type": "offence.reported", "offence_id": "o", "offender_id": "p", "code": "19C.1.1",
        "occurred_at": format_instant(RECORDED), "recorded_at": format_instant(RECORDED),
    }  # fmt: skip
    return json.dumps(fields | changes).encode()


def reason_of(key: bytes | None, value: bytes | None, timestamp_us: int = RECORDED) -> Reason | None:
    """None: it is taken."""
    try:
        decode(key, value, timestamp_us)
    except Refused as refused:
        return refused.reason
    return None


@pytest.mark.parametrize("key", [b"q", None, b"", b"P", b"p "])
def test_a_record_whose_key_is_not_its_offender_is_refused(key: bytes | None) -> None:
    assert reason_of(KEY, a_report()) is None
    assert reason_of(key, a_report()) is Reason.KEY_MISMATCH


@pytest.mark.parametrize("name", ["occurred_at", "reported_at"])
def test_what_was_recorded_more_than_a_day_before_it_happened_is_refused(name: str) -> None:
    assert reason_of(KEY, a_report(**{name: format_instant(RECORDED + DAY)})) is None
    assert reason_of(KEY, a_report(**{name: format_instant(RECORDED + DAY + 1)})) is Reason.BAD_ORDER_OF_TIMES


def test_what_was_recorded_more_than_a_day_after_its_record_is_refused() -> None:
    assert reason_of(KEY, a_report(), RECORDED - DAY) is None
    assert reason_of(KEY, a_report(), RECORDED - DAY - 1) is Reason.FROM_THE_FUTURE


def test_what_is_too_large_or_no_json_or_empty_is_refused() -> None:
    assert reason_of(KEY, a_report(source="x" * MAX_BYTES)) is Reason.TOO_LARGE
    assert reason_of(KEY, a_report()[:-1]) is Reason.NOT_JSON
    assert reason_of(KEY, None) is Reason.NOT_VALID


def test_of_several_reasons_the_first_is_given() -> None:
    late = a_report(occurred_at=format_instant(RECORDED + DAY + 1))
    assert reason_of(b"q", late, RECORDED - DAY - 1) is Reason.KEY_MISMATCH
    assert reason_of(KEY, late, RECORDED - DAY - 1) is Reason.BAD_ORDER_OF_TIMES
