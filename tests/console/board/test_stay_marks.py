"""The list says where each stay is at the desk and who holds it: to those who work there, and to no others."""

import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from console.fan_out import FanOut
from console.officer import Officer, Role
from console.sign_in.proxy import ProxyProvider
from tests.console.book import Book
from tests.console.duty import ANNA, PROXY, Duty
from tests.console.handover.offered import ANNA as ANNAS_NAME
from tests.console.handover.offered import just_now
from tests.console.handover.served import a_busy_duty
from tests.console.page_text import Read
from tests.console.views import a_row, a_view
from tests.desk.acts import an_action
from tests.end_to_end.desk import ROLES

ENTRANCES = {f"suspect-{number:04}": number for number in range(1, 9)}
VERA = Officer("proxy:vera", Role.VIEWER, signed_in=True)
STATUS, OWNER = 7, 8


@pytest.fixture
def duty(fan_out: FanOut, book: Book) -> Iterator[Duty]:
    provider = ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", {**ROLES, "watch": Role.VIEWER})
    fan_out.show(a_view(entrances=ENTRANCES))
    duty = Duty(fan_out, book, provider)
    yield duty
    duty.persons.close()


def board(duty: Duty, name: str = "anna", group: str = "desk", accept: str = "text/html") -> str:
    with duty.asked_by(name, group) as client:
        answer = client.get("/board", headers={"Accept": accept})
    assert answer.status_code == 200
    return answer.text


def told(page: str) -> dict[str, tuple[str, str]]:
    rows = [row for row in Read(page).rows[1:] if len(row) > OWNER]
    return {row[2]: (row[STATUS], row[OWNER]) for row in rows}


def test_each_stay_has_a_word_and_its_owner_a_name(duty: Duty) -> None:
    a_busy_duty(duty)
    assert list(told(board(duty)).values())[:9] == [
        ("Second key", ANNAS_NAME), ("Decided", ANNAS_NAME), ("Put off", ANNAS_NAME), ("In hand", ANNAS_NAME),
        ("In hand", "proxy:carl"), ("New", ""), ("New", ""), ("New", ""), ("", ""),
    ]  # fmt: skip
    rows = json.loads(board(duty, accept="application/json"))["rows"]
    assert [(row["desk_state"], row["owner"]) for row in rows[1:9]] == [
        ("decided", ANNAS_NAME), ("snoozed", ANNAS_NAME), ("owned", ANNAS_NAME), ("owned", "proxy:carl"),
        ("entered", None), ("entered", None), ("entered", None), (None, None),
    ]  # fmt: skip


def test_what_an_officer_does_is_one_row_of_the_next_frame(duty: Duty, fan_out: FanOut) -> None:
    duty.begin("suspect-0001", "suspect-0002")
    before = fan_out.frame.number
    duty.do(an_action("look", 10, 2, ANNAS_NAME, stay=2, at=just_now()))
    duty.news.remake(has_news=True)
    assert fan_out.frame.number == before + 1
    (changed,) = [row for row in _rows(fan_out.frame.change) if isinstance(row, dict)]
    assert (changed["who"], changed["kind"], changed["owner"]) == ("suspect-0002", "owned", ANNAS_NAME)
    duty.do(an_action("release", 11, 2, ANNAS_NAME, stay=2, at=just_now()))
    duty.news.remake(has_news=True)
    assert told(board(duty))["suspect-0002"] == ("Back", "")


def test_to_a_viewer_nothing_is_told_of_what_officers_do(duty: Duty, fan_out: FanOut) -> None:
    a_busy_duty(duty)
    for accept in ("text/html", "application/json"):
        page = board(duty, "vera", "watch", accept)
        assert "suspect-0001" in page
        assert not any(word in page for word in (ANNAS_NAME, "proxy:carl", "Decided", '"decided"', "At the desk"))
    frame = fan_out.frame_for(VERA)
    assert frame.number == fan_out.frame.number
    for event in (frame.whole, frame.change):
        assert not any(word in event for word in (ANNAS_NAME.encode(), b"decided", b"/stays/"))
    assert ANNAS_NAME.encode() in fan_out.frame_for(ANNA).whole


def test_a_desk_without_rules_and_one_without_that_stay_say_nothing(duty: Duty, fan_out: FanOut) -> None:
    assert set(told(board(duty)).values()) == {("", "")}
    a_busy_duty(duty)
    fan_out.show(a_view([a_row(1)], entrances={"suspect-0001": 99}))
    assert told(board(duty)) == {"suspect-0001": ("", "")}


def test_while_kafka_is_not_read_the_page_says_that_it_may_be_old(duty: Duty, fan_out: FanOut) -> None:
    a_busy_duty(duty)
    assert not _unread(board(duty))
    duty.away = "Kafka does not answer"
    page = board(duty)
    assert _unread(page)
    assert "What stands under At the desk may be old: Kafka does not answer" in Read(page).text
    assert fan_out.fresh().is_live


def _unread(page: str) -> bool:
    (desk,) = [tag["class"] for _, tag in Read(page).tags if tag.get("id") == "desk"]
    (note,) = [tag for _, tag in Read(page).tags if tag.get("id") == "unread"]
    assert ("unread-desk" in str(desk)) == ("hidden" not in note)
    return "hidden" not in note


def _rows(event: bytes) -> list[object]:
    document: dict[str, list[object]] = json.loads(event.partition(b"data: ")[2])
    return document["rows"]


def test_a_console_without_a_desk_has_no_such_columns(client: TestClient) -> None:
    assert "At the desk" not in client.get("/board").text
