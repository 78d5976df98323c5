"""The desk from hand to hand: what is shown is signed, each stay is taken or returned, and the first one wins."""

import json
import re
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

from console.fan_out import FanOut
from desk.pack import make_pack, pack_digest
from models.access_log.look import StaysLook
from models.desk.action import OfferHandoverAction, TakeHandoverAction, read_action
from models.instants import HOUR, parse_instant
from models.token import Token
from tests.console.book import Book
from tests.console.conftest import HOST, OWN
from tests.console.duty import PROXY, Duty
from tests.console.handover.offered import ANNA, BERT, just_now, offered, seen_in
from tests.console.views import AS_OF, a_view
from tests.desk.acts import an_action
from tests.end_to_end.desk import JSON, ROLES


def walk(client: TestClient, number: int, **fields: str) -> Any:
    """The answer to the form of just now."""
    page = client.get(f"/handover/{number}").text
    form = {"act": "take", "seen": seen_in(page, "take")} | {
        name.replace("_", "."): each for name, each in fields.items()
    }
    return client.post(f"/handover/{number}", data=form, headers=OWN)


def test_what_is_shown_is_what_is_signed_and_months_later_it_is_the_same_to_the_byte(desk: Duty) -> None:
    with desk.asked_by("anna") as anna:
        page = anna.get("/handover").text
        shown = re.search(r'id="digest">([0-9a-f]{64})<', page)
        assert shown is not None
        form = {"act": "offer", "seen": seen_in(page), "to": "bert", "text": "quiet <night>"}
        desk.do(an_action("look", 30, 3, "proxy:carl", stay=3, at=just_now()))
        assert anna.post("/handover", data=form, headers=OWN).headers["location"] == "/handover/1?done"
        page = anna.get("/handover/1").text
        assert f'id="digest">{shown[1]}<' in page
        assert "quiet &lt;night&gt;" in page
        signed = anna.get("/handover/1", headers=JSON)
    assert pack_digest(signed.content) == shown[1]
    offer = read_action(desk.written[-1])
    assert isinstance(offer, OfferHandoverAction)
    assert (offer.from_, offer.to, offer.words, offer.sha256) == (ANNA, BERT, "quiet <night>", shown[1])
    records = desk.records()
    place = offer.pack_sequence, offer.pack_offset, parse_instant(offer.pack_at)
    assert make_pack(records.changes, records.acts, *place) == signed.content
    desk.packs._kept.clear()
    with desk.asked_by("anna") as anna:
        again = anna.get("/handover/1", headers=JSON)
    assert (again.content, again.headers["repr-digest"]) == (signed.content, signed.headers["repr-digest"])
    assert [item["by"] for item in json.loads(again.content)["owned"]] == [ANNA, ANNA], "what came later is not in it"


def test_each_stay_is_taken_or_returned_in_one_form_in_which_nothing_is_chosen(desk: Duty) -> None:
    number = offered(desk)
    with desk.asked_by("bert") as bert:
        page = bert.get(f"/handover/{number}").text
        assert re.findall(r'name="end\.(\d)" value="(\w+)"', page) == [
            ("1", "taken"), ("1", "returned"), ("2", "taken"), ("2", "returned"),
        ]  # fmt: skip
        assert " checked" not in page
        for fields, said in (
            ({"end_1": "taken"}, "Choose for each stay whether you take it or return it."),
            ({"end_1": "taken", "end_2": "returned"}, "Say why you return stay 2."),
        ):
            answer = walk(bert, number, **fields)
            assert answer.status_code == 422
            assert said in answer.text
            assert answer.text.count(" checked") == len(fields), "what was chosen is kept"
        answer = walk(bert, number, end_1="taken", end_2="returned", why_2="not <mine>")
        assert (answer.status_code, answer.headers["location"]) == (303, f"/handover/{number}?done")
        assert "proxy:bert took it at" in bert.get(f"/handover/{number}").text
        assert "it was returned at a handover: not &lt;mine&gt;" in bert.get("/stays/v100:2").text
    stays = desk.desk.state().desk.stays
    assert (stays[1].owner, stays[2].owner) == (BERT, None)
    taking = read_action(desk.written[-1])
    assert isinstance(taking, TakeHandoverAction)
    assert [(item.stay, item.end, item.why) for item in taking.items] == [
        ("v100:1", "taken", None),
        ("v100:2", "returned", "not <mine>"),
    ]
    with desk.asked_by("bert") as bert:
        lead = bert.get("/stays/v100:1").text
    assert re.search(r"proxy:anna looked at it at \d\d:\d\d, and proxy:bert has it until ", lead)


def test_the_first_answer_wins_and_the_second_hears_by_whom_and_keeps_what_was_typed(desk: Duty) -> None:
    number = offered(desk)
    with desk.asked_by("bert") as bert, desk.asked_by("ines", "inspectors") as ines:
        late = {"act": "return", "seen": seen_in(ines.get(f"/handover/{number}").text, "return"), "text": "by <hand>"}
        assert walk(bert, number, end_1="taken", end_2="taken").status_code == 303
        answer = ines.post(f"/handover/{number}", data=late, headers=OWN)
        assert answer.status_code == 409
        assert "Too late: the offer was taken already. Nothing was changed." in unescape(answer.text)
        assert "proxy:bert took it at" in answer.text
        assert "by &lt;hand&gt;</textarea>" in answer.text
        told = ines.post(f"/handover/{number}", data=late, headers=OWN | JSON).json()
        assert (told["status"], told["by"]) == (409, BERT)
        assert re.fullmatch(r"\d\d:\d\d", told["at"])


def test_a_second_offer_is_late_and_its_words_are_kept(desk: Duty) -> None:
    with desk.asked_by("carl") as carl:
        seen = seen_in(carl.get("/handover").text)
        offered(desk)
        form = {"act": "offer", "seen": seen, "to": "bert", "text": "by <hand>"}
        answer = carl.post("/handover", data=form, headers=OWN)
    assert answer.status_code == 409
    assert "Too late: proxy:anna has offered already." in answer.text
    assert "by &lt;hand&gt;" in answer.text


def test_what_the_giver_took_in_hand_since_is_not_left_behind(desk: Duty) -> None:
    number = offered(desk)
    with desk.asked_by("bert") as bert:
        page = bert.get(f"/handover/{number}").text
        desk.do(an_action("look", 30, 3, ANNA, stay=3, at=just_now()))
        form = {"act": "take", "seen": seen_in(page, "take"), "end.1": "taken", "end.2": "taken"}
        answer = bert.post(f"/handover/{number}", data=form, headers=OWN)
        assert answer.status_code == 409
        assert "proxy:anna has more stays by now" in answer.text
        assert answer.text.count(" checked") == 2
        assert walk(bert, number, end_1="taken", end_2="taken", end_3="taken").status_code == 303
    assert desk.desk.state().desk.stays[3].owner == BERT


def test_who_offered_takes_it_back_and_nobody_else_takes_what_is_not_offered_to_them(desk: Duty) -> None:
    number = offered(desk)
    for name, group in {"carl": "desk", "olga": "audit"}.items():
        with desk.asked_by(name, group) as other:
            page = other.get(f"/handover/{number}").text
            assert 'name="act"' not in page
            for act in ("take", "return"):
                forged = {"act": act, "seen": "forged", "text": "mine", "end.1": "taken", "end.2": "taken"}
                assert other.post(f"/handover/{number}", data=forged, headers=OWN).status_code in {403, 409}
    with desk.asked_by("anna") as anna:
        page = anna.get(f"/handover/{number}").text
        assert 'value="take"' not in page
        form = {"act": "return", "seen": seen_in(page, "return"), "text": "too early"}
        assert anna.post(f"/handover/{number}", data=form, headers=OWN).status_code == 303
    (handover,) = desk.desk.state().desk.handovers
    assert (handover.end, handover.ended_by, handover.why) == ("returned", ANNA, "too early")


def test_a_form_that_is_sent_twice_is_one_offer(desk: Duty) -> None:
    with desk.asked_by("anna") as anna:
        form = {"act": "offer", "seen": seen_in(anna.get("/handover").text), "to": "bert"}
        for _ in range(3):
            assert anna.post("/handover", data=form, headers=OWN).headers["location"] == "/handover/1?done"
    assert len(desk.desk.state().desk.handovers) == 1


@pytest.mark.parametrize(
    ("fields", "status", "said"),
    [
        ({"to": ""}, 422, "Say to whom"), ({"to": "a b"}, 422, "Say to whom"),
        ({"act": "burn"}, 422, "Nothing was chosen."),
        ({"act": "take"}, 422, "Nothing was chosen."), ({"seen": "forged"}, 409, "older than the console"),
        ({"to": "anna"}, 409, "not to themselves"), ({"text": "\x07"}, 422, "cannot be shown"),
        ({"text": "x" * 2_001}, 422, "2,000 is the most"),
    ],
)  # fmt: skip
def test_what_cannot_be_offered_is_said_in_one_sentence(
    desk: Duty, fields: dict[str, str], status: int, said: str
) -> None:
    with desk.asked_by("anna") as anna:
        form = {"act": "offer", "seen": seen_in(anna.get("/handover").text), "to": "bert"} | fields
        answer = anna.post("/handover", data=form, headers=OWN)
    assert answer.status_code == status
    assert said in unescape(answer.text)
    assert not desk.desk.state().desk.handovers


def test_on_a_sealed_board_neither_words_nor_reasons_are_asked_for(duty: Duty) -> None:
    duty.begin(Token("a" * 32, b"x" * 17).text)
    duty.do(an_action("look", 10, 1, ANNA, stay=1, basis=None, at=just_now()))
    with duty.asked_by("anna") as anna, duty.asked_by("bert") as bert:
        page = anna.get("/handover").text
        assert "<textarea" not in page
        form = {"act": "offer", "seen": seen_in(page), "to": "bert", "text": "in clear"}
        assert anna.post("/handover", data=form, headers=OWN).status_code == 409
        assert anna.post("/handover", data=form | {"text": ""}, headers=OWN).status_code == 303
        assert 'name="why.1"' not in bert.get("/handover/1").text
        assert walk(bert, 1, end_1="returned").status_code == 303


@pytest.mark.parametrize("group", ROLES)
@pytest.mark.parametrize("path", ["/handover", "/handover/1"])
def test_every_role_reads_a_handover_and_each_answer_that_names_people_is_one_look(
    desk: Duty, book: Book, path: str, group: str
) -> None:
    offered(desk)
    book.looks.clear()
    with desk.asked_by("olga", group) as client:
        assert client.head(path).content == b""
        assert "suspect-" not in client.get(path, headers=JSON).text
        assert book.looks == [], "the pack names stays, and nobody"
        answer = client.get(path)
    assert answer.status_code == 200
    assert "suspect-bela" in answer.text
    (look,) = book.looks
    assert isinstance(look, StaysLook)
    assert (look.by, look.page, set(look.stays)) == ("proxy:olga", "handover", {1, 2, 3})
    assert ("<form" in answer.text.partition("<main")[2]) is (group == "inspectors" and path == "/handover/1")


def test_while_no_look_can_be_written_nobody_is_named_and_what_was_typed_comes_back(desk: Duty, book: Book) -> None:
    number = offered(desk)
    with desk.asked_by("bert") as bert:
        seen = seen_in(bert.get(f"/handover/{number}").text, "take")
        book.away = "Kafka does not answer"
        form = {"act": "take", "seen": seen, "end.1": "returned", "why.1": "by <hand>"}
        for answer in (bert.get(f"/handover/{number}"), bert.post(f"/handover/{number}", data=form, headers=OWN)):
            assert answer.status_code == 503
            assert "suspect-" not in answer.text
    assert "by &lt;hand&gt;</textarea>" in answer.text
    assert 'name="end.1" value="returned"' in answer.text


def test_what_was_typed_comes_back_to_whose_session_has_ended(desk: Duty) -> None:
    form = {"act": "offer", "seen": "old", "to": "bert", "text": "by <hand>"}
    with TestClient(desk.app, f"http://{HOST}", client=(PROXY, 5)) as nobody:
        answer = nobody.post("/handover", data=form, headers=OWN)
    assert answer.status_code == 403
    assert "by &lt;hand&gt;</textarea>" in answer.text
    assert "suspect-" not in answer.text


@pytest.mark.parametrize("path", ["0", "2", "x", "01", "-1", "99999999999"])
def test_a_handover_that_is_not_there_is_no_page(desk: Duty, path: str) -> None:
    offered(desk)
    with desk.asked_by("anna") as anna:
        assert anna.get(f"/handover/{path}").status_code == 404
        assert anna.post(f"/handover/{path}", data={"act": "take"}, headers=OWN).status_code == 404


def test_a_pack_that_cannot_be_made_again_is_said_and_not_shown(desk: Duty) -> None:
    place = {"pack_sequence": 3, "pack_offset": 1, "pack_at": "2026-01-01T00:01:00Z"}
    desk.do(an_action("offer_handover", 30, 3, ANNA, to=BERT, **place))
    with desk.asked_by("bert") as bert:
        page = bert.get("/handover/1")
        assert (page.status_code, "The pack cannot be shown." in page.text) == (200, True)
        assert bert.get("/handover/1", headers=JSON).status_code == 503


def test_without_sign_in_everything_is_read_and_nothing_is_offered(fan_out: FanOut, book: Book) -> None:
    duty = Duty(fan_out, book).begin("suspect-anders")
    duty.do(an_action("offer_handover", 30, 1, ANNA, to=BERT, pack_sequence=0, pack_at=just_now(), at=just_now()))
    with TestClient(duty.app, f"http://{HOST}") as anybody:
        for path in ("/ageing", "/handover", "/handover/1", "/stays/v100:1/print"):
            page = anybody.get(path)
            assert page.status_code == 200
            assert 'name="act"' not in page.text
        for path, act in {"/handover": "offer", "/handover/1": "return"}.items():
            form = {"act": act, "seen": "", "to": "none:other", "text": "mine"}
            assert anybody.post(path, data=form, headers=OWN).status_code == 403
    assert len(duty.written) == 2
    duty.persons.close()


def test_who_could_leave_soon_stands_beside_it_and_in_the_look(desk: Duty, book: Book) -> None:
    soon, later = parse_instant(AS_OF) + 11 * HOUR, parse_instant(AS_OF) + 13 * HOUR
    leaves_at = {"suspect-cato": soon, "suspect-bela": later, "suspect-0050": soon}
    desk.fan_out.show(a_view(entrances={"suspect-cato": 3, "suspect-bela": 2}, leaves_at=leaves_at))
    for number, kind in enumerate(("look", "close"), 30):
        desk.do(an_action(kind, number, 3, ANNA, stay=3, at=just_now()))
    with desk.asked_by("anna") as anna:
        assert '"stay":3' not in anna.get("/handover", headers=JSON).text
        beside = anna.get("/handover").text.partition('class="beside"')[2]
    assert "As seen at" in beside
    assert re.findall(r'<bdi class="person">([^<]+)</bdi> <span>could leave', beside) == ["suspect-cato"]
    (look,) = book.looks
    assert isinstance(look, StaysLook)
    assert 3 in look.stays
