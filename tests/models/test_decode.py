"""Decoding: the fast way takes nothing that the contract refuses, and reads what it takes in the same way."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.decode import decode_fast, decode_strict
from models.errors import Refused

GOOD = {
    "event_id": "e-1",
    "type": "offence.reported",
    "offence_id": "crime-1",
    "offender_id": "suspect-1",
    "revision": 2,
    "code": "19C.1.1",
    "occurred_at": "2025-03-01T22:10:00Z",
    "recorded_at": "2025-03-02T09:00:00.123456789+01:00",
    "reported_at": "2025-03-02t08:00:00z",
    "status": "charged",
    "victim_ids": ["v-1", "v-2"],
    "victim_sex": "female",
    "source": "desk",
    "extra": {"deep": [1, 2.5, None, True]},
}
NAMES = sorted(GOOD)
ODD: list[object] = [
    None, "", "x", "x" * 128, "x" * 129, "\U0001f600" * 128, "\U0001f600" * 129, 0, 1, 1.0, -1, 2**53 - 1, 2**53, True,
    [], ["a", None], {}, "2025-03-02T09:00:00", "2025-03-02 09:00:00Z", "1899-12-31T23:59:59Z", "2199-12-31T23:59:59Z",
    "2025-02-30T09:00:00Z", "2025-03-02T24:00:00Z", "2025-03-02T09:00:60Z",
    "offence.withdrawn", "offence.amended", "male",
    "unknown", "NaN", 10**4000, "nul\0",
]  # fmt: skip

fields = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(ODD), max_size=3)


def held_together(value: bytes) -> None:
    """Both ways come to the same report, or the fast one leaves it to the other."""
    fast = decode_fast(value)
    try:
        thorough = decode_strict(value)
    except Refused:
        thorough = None
    assert fast == thorough


def as_bytes(content: object) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode(errors="surrogatepass")


@settings(max_examples=1_500)
@given(changes=fields, left_out=st.sets(st.sampled_from(NAMES), max_size=2))
def test_both_ways_of_reading_agree_on_odd_fields(changes: dict[str, object], left_out: set[str]) -> None:
    held_together(as_bytes({name: value for name, value in (GOOD | changes).items() if name not in left_out}))


@settings(max_examples=1_500)
@given(at=st.integers(0, 500), put=st.binary(max_size=3), cut=st.integers(0, 3))
def test_both_ways_of_reading_agree_on_broken_bytes(at: int, put: bytes, cut: int) -> None:
    value = as_bytes(GOOD)
    held_together(value[:at] + put + value[at + cut :])


@pytest.mark.parametrize(
    "tail",
    [b',"x":"\xff"}', b',"\xff":1}', b',"x":NaN}', b',"x":-Infinity}', b',"source":"\\ud800"}', b',"x":"\\ud800"}',
     b',"x":' + b"[" * 10_000 + b"]" * 10_000 + b"}", b',"revision":7,"revision":3}', b',"x":1e999}', b"} ", b"}x"],
)  # fmt: skip
def test_both_ways_of_reading_agree_on_odd_tails(tail: bytes) -> None:
    held_together(as_bytes(GOOD)[:-1] + tail)


def test_good_reports_take_the_fast_way() -> None:
    assert decode_fast(as_bytes(GOOD)) is not None
    withdrawn = {name: value for name, value in GOOD.items() if name not in {"code", "reported_at", "extra"}}
    assert decode_fast(as_bytes(withdrawn | {"type": "offence.withdrawn"})) is not None


@pytest.mark.parametrize(
    ("kind", "revision", "is_good"),
    [
        ("offence.reported", 1, True), ("offence.reported", 2, False), ("offence.amended", 1, True),
        ("offence.amended", 2**53 - 1, False), ("offence.withdrawn", 2, True), ("offence.withdrawn", 1, True),
    ],
)  # fmt: skip
def test_a_later_revision_must_say_when_it_was_reported(kind: str, revision: int, is_good: bool) -> None:
    """Or a correction would begin the window again without anybody having meant it."""
    told = {name: value for name, value in GOOD.items() if name != "reported_at"} | {"type": kind, "revision": revision}
    assert (decode_fast(as_bytes(told)) is not None) is is_good
    if is_good:
        assert decode_strict(as_bytes(told)) == decode_fast(as_bytes(told))
        return
    with pytest.raises(Refused, match="reported_at is missing: without it revision"):
        decode_strict(as_bytes(told))
    assert decode_strict(as_bytes(told | {"reported_at": GOOD["reported_at"]})).revision == revision
