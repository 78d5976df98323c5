"""Sealed alerts are opened as long as their keys are there, and what is no alert is named by its line."""

from pathlib import Path

import pytest

from models.alert import wire_bytes
from sight.opening import CLOSED, UnsealedAlerts
from tests.end_to_end.installation import say
from tests.state.boards import a_report
from tests.streams.sealed_board import BOARD, Sealed


@pytest.fixture
def board(tmp_path: Path) -> Sealed:
    """One person has entered it."""
    sealed = Sealed(tmp_path)
    sealed.tell(a_report("a", 30))
    return sealed


def test_a_key_that_is_destroyed_meanwhile_opens_nothing_more(board: Sealed) -> None:
    in_clear = UnsealedAlerts(board.keys)
    assert in_clear.alert(board.alerts[1]).offender_id == "a"
    board.erase("a")
    assert in_clear.alert(board.alerts[1]).offender_id == CLOSED


@pytest.mark.parametrize("line", [b"\xff", b'{"alert_id":"\xff"}', b"nothing of ours", b"[]", b'{"first_sequence":1}'])
def test_what_is_no_alert_is_wrong_use_at_its_line(board: Sealed, tmp_path: Path, line: bytes) -> None:
    file = tmp_path / "sealed.jsonl"
    file.write_bytes(wire_bytes(board.alerts[1]) + b"\r\n" + line + b"\n")
    environment = {"HARMWATCH_BOARD": BOARD, "HARMWATCH_KEY_STORE": str(tmp_path / "keys")}
    said = say(environment, "alerts", "open", str(file))
    assert (said.code, len(said.output.splitlines())) == (2, 1)
    assert "line 2 is no value of alerts.v1" in said.errors
    assert '"offender_id":"a"' in said.output
