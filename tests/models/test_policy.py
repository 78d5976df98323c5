"""The laws of a policy as a value."""

import json
from dataclasses import replace
from hashlib import sha256

from models.policy import Anchor, Policy, Recency
from models.report import VictimSex


def a_policy() -> Policy:
    return Policy(
        id="p",
        version="1",
        owner="é",
        window_days=365,
        anchor=Anchor.REPORTED_AT,
        recency=(Recency(90, 100), Recency(365, 50)),
        victim_sex=frozenset({VictimSex.FEMALE, VictimSex.UNKNOWN}),
        codes=frozenset({"b", "a"}),
        status={"reported": 100, "cancelled": 0},
        band_size=100,
        exit_rank=120,
        index={"b": 182_500, "a": 1},
    )


def test_a_policy_comes_back_from_its_document_through_json() -> None:
    policy = a_policy()
    again = Policy.from_document(json.loads(json.dumps(policy.document())))
    assert again == policy
    assert again.digest == policy.digest


def test_the_digest_is_that_of_canonical_json() -> None:
    text = (
        '{"band":{"exit_rank":120,"size":100},"id":"p","index":{"a":1,"b":182500},"owner":"é",'
        '"recency":[{"percent":100,"until_days":90},{"percent":50,"until_days":365}],'
        '"scope":{"codes":["a","b"],"victim_sex":["female","unknown"]},"status":{"cancelled":0,"reported":100},'
        '"version":"1","window":{"anchor":"reported_at","days":365}}'
    )
    assert a_policy().digest == sha256(text.encode()).hexdigest()


def test_the_order_of_rows_does_not_change_the_digest() -> None:
    policy = a_policy()
    other = replace(policy, index={"a": 1, "b": 182_500}, status={"cancelled": 0, "reported": 100})
    assert other.digest == policy.digest


def test_one_milliday_changes_the_digest() -> None:
    policy = a_policy()
    assert replace(policy, index={**policy.index, "a": 2}).digest != policy.digest
