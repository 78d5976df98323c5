"""What is no place is refused before anything is read by it."""

import json
from pathlib import Path
from typing import Any

import pytest

from harmwatch_client import BadPlace, FilePlace
from harmwatch_client.mark import Mark

TOPIC = "alerts.v1"
GOOD: dict[str, Any] = {"topic": TOPIC, "topic_id": "an id", "offset": 7, "board": "v100", "sequence": 3}  # Any: JSON
NOTHING_DONE: dict[str, Any] = GOOD | {"topic_id": None, "offset": 0, "board": None, "sequence": None}


@pytest.mark.parametrize("told", [GOOD, NOTHING_DONE, GOOD | {"sequence": 0}])
def test_what_was_kept_is_read_again(told: dict[str, Any]) -> None:
    mark = Mark.read(json.dumps(told), TOPIC)
    assert json.loads(mark.text) == told
    assert Mark.read(mark.text, TOPIC) == mark


@pytest.mark.parametrize("text", ["", "{", "[]", "7", "[" * 100_000, '{"offset":0}'])
def test_what_is_no_document_of_a_place_is_refused(text: str) -> None:
    with pytest.raises(BadPlace):
        Mark.read(text, TOPIC)


@pytest.mark.parametrize(
    "wrong",
    [
        {"topic": "other"}, {"topic_id": 7}, {"topic_id": ["x"]}, {"board": ["x"]}, {"board": 7}, {"offset": -4},
        {"offset": None}, {"offset": True}, {"offset": 1.0}, {"sequence": -3}, {"sequence": "3"}, {"sequence": False},
    ],
)  # fmt: skip
def test_a_place_with_one_thing_wrong_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(BadPlace):
        Mark.read(json.dumps(GOOD | wrong), TOPIC)


def test_a_file_that_is_no_text_is_no_place(tmp_path: Path) -> None:
    tmp_path.joinpath("place").write_bytes(b"\xff\xfe")
    with pytest.raises(BadPlace, match="place"):
        FilePlace(tmp_path / "place").load()
