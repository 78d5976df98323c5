"""The board for programs: the same look as the page's, in numbers, under its schema."""

import json
from pathlib import Path

import jsonschema
import pytest
from starlette.testclient import TestClient

from console.fan_out import FanOut
from tests.console.test_gate import HOSTILE
from tests.console.views import AS_OF, BAND, a_row, a_view, an_alert

SCHEMA = json.loads(
    Path(__file__).parents[2].joinpath("docs/reference/documents/console-board.schema.json").read_text("utf-8")
)
JSON = {"Accept": "application/json"}


def test_it_tells_what_the_page_tells(client: TestClient, fan_out: FanOut) -> None:
    fan_out.show(a_view(alerts=[an_alert(416), an_alert(417)], entrances={"suspect-0001": 12}))
    answer = client.get("/board", headers=JSON)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/json")
    document = answer.json()
    jsonschema.validate(document, SCHEMA)
    assert (document["board"], document["as_of"], document["entry"]) == ("v100", AS_OF, 81_204)
    assert document["fresh"]["live"] is True
    assert document["cut_millidays"] == 1_900_000
    first, last = document["rows"][0], document["rows"][BAND]
    assert (first["rank"], first["offender_id"], first["margin_millidays"]) == (1, "suspect-0001", 99_000)
    assert (first["alert_id"], first["in_band_since"]) == ("v100:12", "2026-08-03T03:04:05Z")
    assert (last["in_band"], last["in_band_since"], last["alert_id"]) == (False, None, None)
    assert [alert["alert_id"] for alert in document["alerts"]] == ["v100:417", "v100:416"]
    assert document["alerts"][0]["sentence"].startswith("suspect-0097 entered at rank 97: an offence (19C")


def test_a_board_that_is_not_full_or_never_seen_says_so(client: TestClient, fan_out: FanOut) -> None:
    fan_out.show(a_view([a_row(1)], state="unseen"))
    document = client.get("/board", headers=JSON).json()
    jsonschema.validate(document, SCHEMA)
    assert (document["cut_millidays"], document["as_of"], document["rows"][0]["margin_millidays"]) == (None, None, None)
    assert document["fresh"]["word"] == "LOOKING"


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("application/json", "application/json"),
        ("Application/JSON;q=0.9, */*", "application/json"),
        ("text/html,application/xhtml+xml,application/json;q=0.1", "text/html; charset=utf-8"),
        ("*/*", "text/html; charset=utf-8"),
        ("", "text/html; charset=utf-8"),
    ],
)
def test_browsers_get_the_page_and_caches_hear_so(client: TestClient, accept: str, kind: str) -> None:
    answer = client.get("/board", headers={"Accept": accept})
    assert (answer.headers["content-type"], answer.headers["vary"]) == (kind, "Accept")
    assert (answer.headers["cache-control"], answer.headers["x-content-type-options"]) == ("no-store", "nosniff")


def test_hostile_ids_come_back_as_they_were_sent(client: TestClient, fan_out: FanOut) -> None:
    fan_out.show(a_view([a_row(rank, who) for rank, who in enumerate(HOSTILE, 1)]))
    document = client.get("/board", headers=JSON).json()
    jsonschema.validate(document, SCHEMA)
    assert [row["offender_id"] for row in document["rows"]] == HOSTILE
