"""From the board and the queue to a stay: by links, for programs by its id, and for whom the rules let decide."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import jsonschema
import pytest

from console.frames import Frame
from console.stays.open_desk import stay_address
from models.access_log.look import ListLook
from models.desk.rules import DeskRules
from tests.console.book import Book
from tests.console.duty import BOARD, Duty
from tests.console.handover.offered import just_now
from tests.console.handover.served import a_busy_duty
from tests.console.test_gate import HOSTILE
from tests.console.test_stream import events_in
from tests.console.views import a_row, a_view
from tests.desk.acts import an_action
from tests.end_to_end.desk import JSON, ROLES

SCHEMA = json.loads(
    Path(__file__).parents[3].joinpath("docs/reference/documents/console-queue.schema.json").read_text("utf-8")
)


@pytest.mark.parametrize("group", ROLES)
def test_the_queue_for_programs_is_the_one_of_the_page_under_the_same_lease(duty: Duty, book: Book, group: str) -> None:
    a_busy_duty(duty)
    with duty.asked_by(group, group) as client:
        page, answer = client.get("/queue"), client.get("/queue", headers=JSON)
    document = answer.json()
    jsonschema.validate(document, SCHEMA)
    shown = [(item.kind, item.alert_id, item.owner or None) for item in duty.news.frame.text.items]
    assert [(item["kind"], item["alert_id"], item["owner"]) for item in document["items"]] == shown
    assert (document["total"], document["begun"], document["offset"]) == (len(shown), True, len(duty.written) - 1)
    first, last = document["items"][0], document["items"][-1]
    assert (first["kind"], first["offender_id"], first["ends_at"] > first["due_at"]) == (
        "second_key",
        "suspect-0001",
        True,
    )
    assert (last["due_at"], last["owner"] is None) == (None, False)
    assert page.headers["vary"] == answer.headers["vary"] == "Accept"
    assert len([look for look in book.looks if isinstance(look, ListLook)]) == len(book.looks) == 1


def test_a_queue_that_has_not_begun_says_so_and_one_without_a_look_names_nobody(duty: Duty, book: Book) -> None:
    with duty.asked_by("anna") as anna:
        document = anna.get("/queue", headers=JSON).json()
        jsonschema.validate(document, SCHEMA)
        assert (document["begun"], document["items"]) == (False, [])
        duty.begin(*HOSTILE)
        document = anna.get("/queue", headers=JSON).json()
        jsonschema.validate(document, SCHEMA)
        assert len(document["items"]) == len(HOSTILE)
    book.away, book.later_seconds = "Kafka does not answer", 10_000
    with duty.asked_by("bert") as bert:
        answer = bert.get("/queue", headers=JSON)
    assert (answer.status_code, "suspect-" in answer.text) == (503, False)


def test_who_stands_on_the_board_leads_to_their_stay_where_the_desk_has_one(duty: Duty) -> None:
    fan_out = duty.fan_out
    fan_out.wording = replace(fan_out.wording, stay_address=partial(stay_address, BOARD, duty.desk))
    rows = [a_row(1, "suspect-anders"), a_row(2, "suspect-bela"), a_row(3, "suspect-cato")]
    view = a_view(rows, entrances={"suspect-anders": 1, "suspect-bela": 7})
    fan_out.show(view)
    assert [row.address for row in fan_out.frame.text.rows] == ["", "", ""], "nothing is known of them yet"
    duty.begin("suspect-anders")
    fan_out.show(view)
    assert [row.address for row in fan_out.frame.text.rows] == ["/stays/v100:1", "", ""]
    ((_, told),) = events_in(Frame(2, fan_out.frame.text, None).whole)
    assert [row["address"] for row in told["rows"]] == ["/stays/v100:1", "", ""]
    with duty.asked_by("anna") as anna:
        page = anna.get("/board").text
        assert '<a href="/stays/v100:1"><bdi>suspect-anders</bdi></a>' in page
        assert "<bdi>suspect-bela</bdi>" in page
        assert anna.get("/stays/v100:1").status_code == 200


@pytest.mark.parametrize(
    ("deciders", "said", "can_return"),
    [
        (("officer", "supervisor"), "officers and supervisors propose and give back", True),
        (("supervisor",), "By the rules of this desk supervisors propose and give back", False),
    ],
)
def test_who_decides_by_the_rules_is_named_and_nobody_else_is_asked_to(
    duty: Duty, deciders: tuple[str, ...], said: str, can_return: bool
) -> None:
    duty.begin("suspect-anders")
    duty.do(an_action("look", 10, 1, "proxy:ines", stay=1, at=just_now()))
    duty.do(an_action("propose", 11, 1, "proxy:ines", stay=1, at=just_now()))
    rules = DeskRules(deciders=deciders)
    duty.do(
        an_action(
            "rules", 12, 1, "proxy:ines", role="supervisor", sign_in="s", rules=rules, note="quiet", at=just_now()
        )
    )
    with duty.asked_by("anna") as anna:
        page = anna.get("/stays/v100:1").text
    assert said in page
    assert ('value="return"' in page) is can_return
