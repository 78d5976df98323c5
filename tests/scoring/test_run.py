"""A run: what a plainly good record contributes at once is what decoding and assessing say in their turn."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from models.contribution import Contribution, Refusal
from models.decode import decode
from models.errors import Refused
from models.instants import DAY, parse_instant
from models.policy import Anchor, Policy
from models.record import Record
from models.report import VictimSex
from scoring.assess import Assessor
from scoring.run import assess_run
from tests.scoring.test_assess import A_POLICY

GOOD = {
    "event_id": "e1", "type": "offence.reported", "offence_id": "c1", "offender_id": "a", "revision": 1,
    "code": "rape", "occurred_at": "2025-01-01T10:00:00Z", "recorded_at": "2025-03-01T10:00:00Z",
    "reported_at": "2025-02-01T10:00:00.25+01:00", "status": "charged", "victim_sex": "female",
}  # fmt: skip
CHOICES: Mapping[str, Sequence[object]] = {
    "type": ["offence.amended", "offence.withdrawn", "offence.reported ", 1],
    "offender_id": ["b", "\u00e4", "", "x" * 129, None],
    "offence_id": ["\U0001f600", "\ud800"],
    "revision": [2**53 - 1, 2, 0, 1.0, "1", True],
    "code": ["odd", "nothing", "no such", ""],
    "occurred_at": ["2025-03-02T10:00:00Z", "2025-03-02T10:00:00.000001Z", "2025-13-01T10:00:00Z", 7],
    "recorded_at": ["2025-03-02T12:00:00Z", "2025-03-02T12:00:00.000001Z", "2025-03-01"],
    "reported_at": ["2025-03-02T10:00:00Z", "2025-03-02T10:00:01Z", None, "2025-03-01T10:00:00Z"],
    "status": ["cancelled", "no such"],
    "victim_sex": ["male", "unknown", "other"],
}
POLICIES = (
    A_POLICY,
    replace(A_POLICY, anchor=Anchor.OCCURRED_AT, victim_sex=frozenset({VictimSex.FEMALE}), codes=frozenset({"rape"})),
)
WRITTEN_MS = (parse_instant("2025-03-02T12:00:00Z") - DAY) // 1000

changes = st.fixed_dictionaries({}, optional={name: st.sampled_from(odd) for name, odd in CHOICES.items()})
left_out = st.sets(st.sampled_from(sorted(GOOD)), max_size=1)
values = st.one_of(
    st.builds(
        lambda changed, gone: json.dumps(
            {name: value for name, value in (GOOD | changed).items() if name not in gone}
        ).encode(),
        changes,
        left_out,
    ),
    st.sampled_from([None, b"", b"[]", b"{", b'{"x":"\xff"}', b" " * 65_537]),
)
keys = st.sampled_from([b"a", b"b", "\u00e4".encode(), None, b""])


def in_order(record: Record, assess: Assessor) -> Contribution | Refusal:
    try:
        return assess(decode(record.key, record.value, record.timestamp_ms * 1000), record.offset)
    except Refused as refused:
        return Refusal(record.offset, refused.reason, refused.detail)


@settings(max_examples=1_500)
@given(st.lists(st.tuples(keys, values), max_size=4), st.sampled_from(POLICIES))
def test_at_once_and_in_order_come_to_the_same(given: list[tuple[bytes | None, bytes | None]], policy: Policy) -> None:
    records = [Record(offset, WRITTEN_MS, key, value) for offset, (key, value) in enumerate(given, 7)]
    run = assess_run(3, 7, 20, records, Assessor(policy))
    answers = [in_order(record, Assessor(policy)) for record in records]
    assert list(run.contributions) == [answer for answer in answers if isinstance(answer, Contribution)]
    assert list(run.refusals) == [answer for answer in answers if isinstance(answer, Refusal)]


def test_codes_that_withdrawals_make_up_are_not_remembered() -> None:
    assess = Assessor(A_POLICY)
    for number in range(5):
        assess.weigh(f"made up {number}", "reported", "offence.withdrawn", "female")
    assess.weigh("rape", "reported", "offence.reported", "female")
    assert len(assess._weights) == 1


def test_what_is_remembered_of_one_report_is_no_other_ones() -> None:
    assess = Assessor(POLICIES[1])
    counted = [
        len(assess.weigh("rape", status, "offence.reported", sex).steps)
        for status, sex in (("charged", "female"), ("charged", "male"), ("cancelled", "female"), ("charged", "female"))
    ]
    assert counted == [1, 0, 0, 1]
