"""What somebody else has written to alerts.v1 rules no terminal and ends in no traceback."""

import json
from typing import Any

import pytest

from cli.alerts.list import row_of
from cli.alerts.reading import unsealed
from cli.alerts.show import AlertDocument, BaselineDocument, render_alert
from harmwatch_client import Event
from harmwatch_client.event import read_event
from models.alert import Alert, BaselineEvent, alert_headers, alert_id, baseline_headers, wire_bytes
from models.errors import Unproved
from models.journal.transition import Move
from sight.opening import UnsealedAlerts
from sight.words import plain_alert
from tests.client.published import a_baseline, a_move

RULES = "\x1b[2J\x00\n"
IN_CLEAR = UnsealedAlerts(None)


def read(sent: Alert | BaselineEvent) -> Event:
    """As the client reads it: it is no foreign record."""
    headers = alert_headers(sent) if isinstance(sent, Alert) else baseline_headers(sent)
    event = read_event(headers, wire_bytes(sent), 7)
    assert event is not None
    return event


@pytest.mark.parametrize(
    "forged",
    [
        {"board": f"a{RULES}"}, {"board": ""}, {"board": "a b"}, {"board": "b" * 65}, {"board": "v100\n"},
        {"as_of": f"{RULES}evil"}, {"as_of": ""}, {"as_of": "2024-01-01T00:00:00Z\n"},
        {"as_of": "9999-01-01T00:00:00Z"},
    ],
    ids=repr,
)  # fmt: skip
def test_an_event_without_a_name_of_a_board_or_an_instant_is_forged(forged: dict[str, Any]) -> None:
    alert = a_move(1)
    identity = {"alert_id": alert_id(forged.get("board", alert.board), alert.sequence)}
    for sent in (alert.model_copy(update=forged | identity), a_baseline(1, ["a"]).model_copy(update=forged)):
        with pytest.raises(Unproved, match=r"offset 7 of alerts\.v1 is forged"):
            unsealed(IN_CLEAR, read(sent))


def strewn(told: Any, name: str = "") -> Any:  # Any: JSON
    """With control characters behind every text that is shown but for those that are checked."""
    if isinstance(told, dict):
        return {key: strewn(value, key) for key, value in told.items()}
    if isinstance(told, list):
        return [strewn(value) for value in told]
    return told + RULES if isinstance(told, str) and name not in {"transition", "kind"} else told


def test_whatever_stands_in_an_alert_takes_printable_lines() -> None:
    left, entered = a_move(2, Move.LEFT), a_move(1)
    item = {"offence_id": "o", "code": "c", "millidays": 1, "reported_at": "r", "until": "u"}
    for sent in (left, entered):
        told = strewn(sent.model_dump(mode="json") | {"contributions": [item], "counterpart": "x"})
        checked = {name: getattr(sent, name) for name in ("alert_id", "board", "as_of")}
        alert = AlertDocument.model_validate_json(json.dumps(told | checked))
        assert all(line.isprintable() for line in render_alert(alert).split("\n")), render_alert(alert)
        assert row_of(alert).isprintable()


def test_whatever_stands_in_an_alert_is_watched_on_a_printable_line() -> None:
    forged = a_move(1, offender_id=f"a{RULES}").model_copy(update={"as_of": f"{RULES}evil"})
    assert plain_alert(forged).isprintable()


def test_whatever_stands_in_a_baseline_takes_printable_lines() -> None:
    sent = a_baseline(2, ["a", "b"])
    checked = {name: getattr(sent, name) for name in ("board", "as_of")}
    baseline = BaselineDocument.model_validate_json(json.dumps(strewn(sent.model_dump(mode="json")) | checked))
    lines = render_alert(baseline).split("\n")
    assert len(lines) == 3
    assert all(line.isprintable() for line in lines), lines
