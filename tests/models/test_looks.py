"""Looks on access-log.v1: each says its category, from where and how many, and older records still read."""

import json
from typing import Any

import pytest

from models.access_log.look import look_bytes, read_look

HEAD = {"board": "v100", "by": "local:anna", "role": "officer", "at": "2026-11-01T02:13:05Z"}
LIST = HEAD | {
    "kind": "list", "generation": "g7", "from_entry": 7, "lines": 110, "alerts": 30, "until": "2026-11-01T02:23:05Z",
}  # fmt: skip
BAND = HEAD | {"kind": "band", "what": "band", "moment": None, "known": "then"}
FILE = HEAD | {"kind": "file", "file": "proof", "stay": 7, "why": "court", "recipient": "the court"}


@pytest.mark.parametrize(
    ("record", "category"),
    [(LIST, "consultation"), (BAND | {"recipient": None}, "consultation"),
     (BAND | {"recipient": "the court"}, "disclosure"), (FILE, "disclosure")],
)  # fmt: skip
def test_a_record_from_before_the_law_was_named_is_read_and_its_category_follows_from_whom_it_went_to(
    record: dict[str, Any], category: str
) -> None:
    look = read_look(json.dumps(record).encode())
    assert look is not None
    assert (look.category, look.results, look.address) == (category, None, None)
    assert read_look(look_bytes(look)) == look


@pytest.mark.parametrize(
    ("record", "category"), [(LIST, "consultation"), (BAND | {"recipient": None}, "consultation"), (FILE, "disclosure")]
)
def test_a_record_says_its_category_how_many_were_shown_and_from_where_was_asked(
    record: dict[str, Any], category: str
) -> None:
    look = read_look(json.dumps(record | {"results": 3, "address": "192.0.2.7"}).encode())
    assert look is not None
    told = json.loads(look_bytes(look))
    assert (told["category"], told["results"], told["address"]) == (category, 3, "192.0.2.7")


@pytest.mark.parametrize("told", [{"category": "reading"}, {"results": -1}, {"address": 7}])
def test_what_the_contract_does_not_know_is_foreign(told: dict[str, Any]) -> None:
    assert read_look(json.dumps(LIST | told).encode()) is None
