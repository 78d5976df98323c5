"""`/ageing`: what may have been forgotten, with a look before its first byte, and counted on every page."""

import json
from pathlib import Path

import jsonschema
import pytest
from markupsafe import escape

from console.handover.ageing_text import KINDS
from desk.ageing import AGEING_KINDS
from models.access_log.look import StaysLook
from sight.look_words import look_words
from sight.printable import printable
from tests.console.book import Book
from tests.console.duty import PROXY, Duty
from tests.console.test_gate import HOSTILE
from tests.desk.acts import HOUR, an_action, text_at
from tests.end_to_end.desk import JSON, ROLES

SCHEMA = json.loads(
    Path(__file__).parents[3].joinpath("docs/reference/documents/console-ageing.schema.json").read_text("utf-8")
)


def a_forgetful_desk(duty: Duty) -> None:
    """One is put off, one held provisionally, one an orphan since the shift of its officer is over."""
    duty.begin("suspect-anders", "suspect-bela", "suspect-cato")
    for number, stay in enumerate((1, 2, 3), 10):
        duty.do(an_action("look", number, 3, "bob" if stay < 3 else "ann", stay=stay))
    later = {"at": text_at(13 * HOUR)}
    duty.do(an_action("snooze", 20, 3, "bob", stay=1, until=text_at(20 * HOUR)))
    duty.do(an_action("note", 21, 3, "bob", stay=2, at=text_at(8 * HOUR)))
    duty.do(an_action("propose", 22, 3, "bob", stay=2, provisional=True, **later))
    duty.news.remake(has_news=True)


@pytest.mark.parametrize("group", ROLES)
def test_every_role_reads_what_may_have_been_forgotten_and_each_answer_is_one_look(
    duty: Duty, book: Book, group: str
) -> None:
    a_forgetful_desk(duty)
    with duty.asked_by(group, group) as client:
        assert client.head("/ageing").content == b""
        assert book.looks == []
        page, document = client.get("/ageing"), client.get("/ageing", headers=JSON).json()
    jsonschema.validate(document, SCHEMA)
    found = [(item["kind"], item["alert_id"], item["offender_id"], item["owner"]) for item in document["items"]]
    assert found == [
        ("orphan", "v100:3", "suspect-cato", None), ("provisional", "v100:2", "suspect-bela", "bob"),
        ("snoozed", "v100:1", "suspect-anders", "bob"),
    ]  # fmt: skip
    assert document["total"] == 3
    assert [page.text.index(KINDS[kind][0]) for kind in AGEING_KINDS if KINDS[kind][0] in page.text] == sorted(
        page.text.index(KINDS[kind][0]) for kind in ("orphan", "provisional", "snoozed")
    )
    assert "suspect-bela</bdi>: bob proposes accept." in page.text
    assert [(look.by, look.stays) for look in book.looks if isinstance(look, StaysLook)] == 2 * [
        (f"proxy:{group}", (3, 2, 1))
    ]
    assert look_words(book.looks[0]) == "ageing: stays 3, 2, 1, at entry 81,204"
    assert [(look.category, look.results, look.address) for look in book.looks] == 2 * [("consultation", 3, PROXY)]


@pytest.mark.parametrize("headers", [{}, JSON])
def test_the_second_key_with_several_stays_is_one_look_at_them(duty: Duty, book: Book, headers: dict[str, str]) -> None:
    a_forgetful_desk(duty)
    duty.do(an_action("look", 30, 3, "cyd", stay=3, at=text_at(14 * HOUR)))
    duty.do(an_action("propose", 31, 3, "cyd", stay=3, at=text_at(14 * HOUR)))
    with duty.asked_by("ines", "inspectors") as ines:
        answer = ines.get("/second-key", headers=headers)
    assert [who in answer.text for who in ("suspect-anders", "suspect-bela", "suspect-cato")] == [False, True, True]
    (look,) = book.looks
    assert isinstance(look, StaysLook)
    assert (look.page, look.stays, look.results, look_words(look)[:25]) == (
        "second_key", (2, 3), 2, "second key: stays 2, 3, a",
    )  # fmt: skip


def test_while_no_look_can_be_written_nobody_is_named(duty: Duty, book: Book) -> None:
    a_forgetful_desk(duty)
    book.away = "Kafka does not answer"
    with duty.asked_by("anna") as client:
        for headers in ({}, JSON):
            answer = client.get("/ageing", headers=headers)
            assert (answer.status_code, "suspect-" in answer.text) == (503, False)


@pytest.mark.parametrize("path", ["/queue", "/ageing", "/second-key", "/stays/v100:1", "/display", "/shift", "/board"])
def test_every_page_counts_what_may_have_been_forgotten(duty: Duty, path: str) -> None:
    a_forgetful_desk(duty)
    with duty.asked_by("anna") as client:
        text = client.get(path).text
    for name, count in {"queue": 2, "ageing": 3, "second-key": 1}.items():
        assert f'id="count-{name}">{count}</span>' in text


@pytest.mark.parametrize("who", HOSTILE)
def test_whatever_people_are_called_they_are_a_text(duty: Duty, who: str) -> None:
    duty.begin(who)
    duty.do(an_action("look", 10, 1, stay=1))
    duty.do(an_action("snooze", 11, 1, stay=1))
    with duty.asked_by("anna") as client:
        page = client.get("/ageing").text
    assert f'<bdi class="person">{escape(printable(who))}</bdi>: ann put it off' in page


def test_a_desk_that_has_not_begun_and_one_that_forgets_nothing_say_so(duty: Duty) -> None:
    with duty.asked_by("anna") as client:
        assert "This desk has not begun" in client.get("/ageing").text
        duty.begin()
        assert "Nothing is forgotten." in client.get("/ageing").text
