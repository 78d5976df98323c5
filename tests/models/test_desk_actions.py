"""The records of officer-actions.v1: one form of bytes for one action, and everything else is foreign."""

import json
from typing import Any, get_args

import jsonschema
import pytest

from models.canonical import canonical_json, digest_of
from models.desk.action import Action, action_bytes, read_action
from models.schema_files import FOLDER
from models.topics import ALERTS, OFFICER_ACTIONS

HEAD = {
    "action_id": "0" * 32, "at": "2026-01-01T00:00:00Z", "after": 3, "sequence_seen": 3,
    "by": "officer-1", "role": "officer", "sign_in": "s1",
}  # fmt: skip
ROWS = [["o2", 1, "9A", 1_000], ["o1", 3, "9A", 500]]
BASIS = {
    "entry": 7, "generation": "g1", "policy_digest": "a" * 64, "score_millidays": 1_500, "rank": 99, "counted": 2,
    "rows": ROWS, "rest": None, "contributions_digest": digest_of(ROWS),
}  # fmt: skip
RULES = {
    "unseen_seconds": 60, "look_seconds": 60, "snooze_seconds": 60, "proposal_seconds": 60, "provisional_seconds": 60,
    "growth_percent": 1, "contribution_millidays": 1, "fold_version": 1,
    "shift_seconds": 60, "measures": ["refer"], "reason_codes": ["known"], "deciders": ["officer"],
}  # fmt: skip
OTHER = "1" * 32
LATER = "2026-01-01T08:00:00Z"
BODIES: dict[str, dict[str, Any]] = {
    "rules": {"stay": None, "board": "v100", "first_entry": "b" * 64, "rules": RULES, "note": None},
    "look": {"stay": "v100:3", "basis": BASIS},
    "note": {"stay": "v100:3", "note": "two lines\nof text"},
    "snooze": {"stay": "v100:3", "basis": BASIS, "until": LATER, "reason_code": None, "note": "asleep"},
    "close": {"stay": "v100:3", "basis": BASIS, "reason_code": "known", "note": "known"},
    "release": {"stay": "v100:3", "reason_code": None, "note": "end of shift"},
    "propose": {
        "stay": "v100:3",
        "basis": BASIS,
        "measure": "refer",
        "reason_code": None,
        "note": "near",
        "provisional": True,
    },
    "confirm": {"stay": "v100:3", "second_of": OTHER, "basis": BASIS},
    "return": {"stay": "v100:3", "second_of": OTHER, "reason_code": None, "note": "too early"},
    "lapse": {"stay": "v100:3", "second_of": OTHER, "cause": "growth", "basis": BASIS},
    "offer_handover": {
        "stay": None,
        "from": "local:ann",
        "to": "local:bob",
        "words": "a quiet night",
        "pack_sequence": 3,
        "pack_offset": -1,
        "pack_at": LATER,
        "sha256": "c" * 64,
    },
    "take_handover": {"stay": None, "offer": OTHER, "items": [{"stay": "v100:3", "end": "taken", "why": None}]},
    "return_handover": {"kind": "return", "stay": None, "second_of": OTHER, "reason_code": None, "note": "incomplete"},
    "erased": {"stay": None, "stays": ["v100:1", "v100:3"]},
}
SCHEMA = json.loads(FOLDER.joinpath("officer-actions.v1.schema.json").read_text("utf-8"))


def content(kind: str, **changes: object) -> dict[str, object]:
    return HEAD | {"kind": kind} | BODIES[kind] | changes


def test_every_kind_of_action_has_an_example() -> None:
    assert {kind.model_fields["kind"].default for kind in get_args(Action)} == set(BODIES) - {"return_handover"}


@pytest.mark.parametrize("kind", BODIES)
def test_an_action_is_read_back_as_the_same_bytes(kind: str) -> None:
    value = canonical_json(content(kind))
    jsonschema.validate(json.loads(value), SCHEMA)
    action = read_action(value)
    assert action is not None
    assert action_bytes(action) == value


@pytest.mark.parametrize("kind", BODIES)
def test_an_action_that_lacks_a_field_or_has_another_is_foreign(kind: str) -> None:
    for name in content(kind):
        assert read_action(canonical_json({key: told for key, told in content(kind).items() if key != name})) is None
    assert read_action(canonical_json(content(kind, mood="calm"))) is None


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("note", {"action_id": "short"}),
        ("note", {"at": "2026-01-01T00:00:00+00:00"}),
        ("note", {"at": "yesterday"}),
        ("note", {"after": -1}),
        ("note", {"after": True}),
        ("note", {"stay": "v100:0"}),
        ("erased", {"stays": []}),
        ("note", {"by": "two words"}),
        ("note", {"note": " "}),
        ("note", {"note": "a\x00b"}),
        ("note", {"note": "a\u202eb"}),
        ("note", {"note": "x" * 2_001}),
        ("look", {"basis": BASIS | {"score_millidays": 1.5}}),
        ("look", {"basis": BASIS | {"contributions_digest": "a" * 64}}),
        ("look", {"basis": BASIS | {"counted": 3}}),
        ("look", {"basis": BASIS | {"rows": "in clear", "contributions_digest": digest_of("in clear")}}),
        ("lapse", {"cause": "mood"}),
        ("rules", {"rules": RULES | {"measures": []}}),
    ],
    ids=lambda told: str(told)[:40],
)
def test_an_action_that_breaks_a_rule_of_its_type_is_foreign(kind: str, changes: dict[str, object]) -> None:
    assert read_action(canonical_json(content(kind))) is not None
    assert read_action(canonical_json(content(kind, **changes))) is None


def test_bytes_that_are_not_canonical_are_foreign() -> None:
    assert read_action(json.dumps(content("note")).encode()) is None
    assert read_action(None) is None
    assert read_action(b"\xff") is None


def test_the_broker_dates_actions_and_nothing_else() -> None:
    assert OFFICER_ACTIONS.configuration()["message.timestamp.type"] == "LogAppendTime"
    assert "message.timestamp.type" not in ALERTS.configuration()
