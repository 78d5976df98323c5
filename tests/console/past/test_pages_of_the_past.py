"""Pages about the past, of a golden history: what they say, to whom, and that it was written down before."""

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from starlette.testclient import TestClient

from audit.history.history_replay import HistoryReplay
from audit.history.membership_errors import look_back
from audit.history.person_history import person_history
from cli.board.board_difference import difference
from console.fan_out import FanOut
from console.past.past_desk import MAY_LOOK_BACK
from console.past.process import MOST_WAITING, PastProcess
from console.past.questions import AmendmentsQuestion, BandQuestion
from models.access_log.look import BandLook, FileLook, PersonLook
from models.instants import DAY, Micros, format_instant
from sealing.handles import Handles
from tests.console.past.golden import GOLDEN, GROUPS, HANDLES, PastConsole, answer_golden, golden_settings, past_console
from tests.console.past.rote import SLEEPS, answer_by_rote
from tests.console.test_gate import HOSTILE
from tests.console.test_pages import Read

JSON = {"Accept": "application/json"}
WHO = "s00000000088"
"""Who came and went, with offences that count, have ended, were corrected."""

ALERT = next(change for entry in HistoryReplay(GOLDEN.open_reader).replay.published() for change in entry.transitions)
THEN = Micros(HistoryReplay(GOLDEN.open_reader).as_of().as_of - 100 * DAY)
T = format_instant(THEN)


@pytest.fixture(scope="module")
def process() -> Iterator[PastProcess]:
    """One for all tests, which is there before them."""
    with closing(PastProcess(golden_settings(), answer_golden, 60)) as process:
        process.ask(BandQuestion(THEN)).future.result(60)
        yield process


@pytest.fixture
def console(process: PastProcess, fan_out: FanOut) -> Iterator[PastConsole]:
    with past_console(process, fan_out, ALERT.offender_id) as console:
        yield console


@pytest.fixture
def unasked(fan_out: FanOut) -> Iterator[PastConsole]:
    """A console of which nothing is asked that its process would have to answer."""
    with (
        closing(PastProcess(golden_settings(), answer_by_rote, 20)) as process,
        past_console(process, fan_out, ALERT.offender_id) as console,
    ):
        yield console
        assert process.pid is None


def settled(client: TestClient, address: str, **headers: str) -> Any:  # httpx's
    """The answer, once the page does not wait any more."""
    for _ in range(60):
        answer = client.get(address, headers=headers)
        if answer.status_code != 202:
            return answer
    raise AssertionError(f"{address} still waits")


def test_the_page_about_a_person_says_what_the_commands_compute_and_is_written_down(console: PastConsole) -> None:
    anna, address = console.officer(), console.find(WHO)
    page, document = settled(anna, address), settled(anna, address, **JSON).json()
    expected = person_history(GOLDEN.open_reader, WHO, None)
    assert expected.standing is not None
    person = expected.standing.person
    assert (document["rank"], document["score_millidays"]) == (person.rank, person.score)
    assert [each["offence_id"] for each in document["contributions"]] == [
        line.item.report.offence_id for line in expected.standing.counted
    ]
    assert [(each["at"], each["score_millidays"]) for each in document["score"]] == [
        (format_instant(change.at), change.score) for change in expected.score
    ]
    assert len(document["uncounted"]) == len(expected.standing.judged) - len(expected.standing.counted) > 0
    assert [each["transition"] for each in document["alerts"]] == ["entered", "left", "entered"]
    assert document["path"][-1]["score_millidays"] == 0
    read = Read(page.text)
    assert f"rank {person.rank}" in read.text.lower()
    for each in document["contributions"]:
        assert any(each["title"] in cells and each["offence_id"] in cells for cells in read.rows)
    assert "they leave the band on" in read.text
    assert re.search(r'<path class="past-line" d="M[0-9.]+ [0-9.]+(H[0-9.]+V[0-9.]+)+H[0-9.]+"/>', page.text)
    assert [type(look) for look in console.book.looks] == [PersonLook, PersonLook]
    look = console.book.looks[0]
    assert isinstance(look, PersonLook)
    assert (look.by, look.why, look.subject, look.known, look.found, look.recipient) == (
        "proxy:anna", "a call at the desk", HANDLES.mark(WHO), "then", True, None,
    )  # fmt: skip
    assert WHO not in look.model_dump_json()


def test_a_moment_is_shown_as_known_then_and_as_known_now(console: PastConsole) -> None:
    anna, address = console.officer(), console.find(WHO)
    then = settled(anna, f"{address}?t={T}", **JSON).json()
    now = settled(anna, f"{address}?t={T}&known=now", **JSON).json()
    was = HistoryReplay(GOLDEN.open_reader).as_of(THEN).offender(WHO)
    hindsight, _ = look_back(GOLDEN.open_reader, THEN, None)
    assert (then["known"], then["score_millidays"], then["rank"]) == ("then", was.score, was.rank)
    assert then["score"][-1]["at"] <= T
    is_now = hindsight.corrected.offender(WHO)
    assert (now["known"], now["score_millidays"], now["rank"]) == ("now", is_now.score, is_now.rank)
    assert [(look.moment, look.known) for look in console.book.looks if isinstance(look, PersonLook)] == [
        (T, "then"), (T, "now"),
    ]  # fmt: skip
    page = Read(settled(anna, f"{address}?t={T}&known=now").text)
    assert "As known now" in page.text


def test_the_band_of_a_moment_and_who_was_on_the_wrong_side_of_it(console: PastConsole) -> None:
    anna = console.officer("auditor")
    then = settled(anna, f"/at?t={T}", **JSON).json()
    engine = HistoryReplay(GOLDEN.open_reader).as_of(THEN)
    band = [row.offender_id for row in engine.board(1_000) if row.in_band]
    assert [row["offender_id"] for row in then["rows"]] == band
    assert (then["known_at"], then["misplaced"]) == (None, [])
    now = settled(anna, f"/at?t={T}&known=now", **JSON).json()
    hindsight, later = look_back(GOLDEN.open_reader, THEN, None)
    wrong = difference(hindsight, later, HistoryReplay(GOLDEN.open_reader).as_of(THEN))
    assert [(each["offender_id"], each["was_in_band"]) for each in now["misplaced"]] == [
        *((each.offender_id, True) for each in wrong.should_not_have_been),
        *((each.offender_id, False) for each in wrong.should_have_been),
    ]
    page = settled(anna, f"/at?t={T}&known=now")
    assert [row[1] for row in Read(page.text).rows[-len(band) :]] == band
    assert page.text.count('href="/people/') == len(band) + len(now["misplaced"])
    looks = [(look.what, look.moment, look.known) for look in console.book.looks if isinstance(look, BandLook)]
    assert looks == [("band", T, "then"), ("band", T, "now"), ("band", T, "now")]
    found = settled(anna, "/at/amendments", **JSON).json()["amendments"]
    assert len(found) == 7
    read = Read(settled(anna, "/at/amendments").text)
    assert [row[1] for row in read.rows[1:]] == [each["alert_id"] for each in reversed(found)]


def test_an_id_of_which_nothing_is_known_is_no_all_clear_and_was_looked_for(console: PastConsole) -> None:
    answer = settled(console.officer(), console.find("nobody-of-that-name"))
    assert answer.status_code == 404
    assert "That is no all-clear" in Read(answer.text).text
    (look,) = console.book.looks
    assert isinstance(look, PersonLook)
    assert not look.found


def test_a_file_leaves_the_desk_once_it_is_said_to_whom_and_each_time_anew(console: PastConsole) -> None:
    anna, address = console.officer(), "/stays/v100:1/explanation"
    asks = anna.get(address)
    assert (asks.status_code, "disclosure" in asks.text) == (200, True)
    assert anna.post(address, data={"recipient": "the court"}).status_code == 422
    answer = anna.post(address, data={"recipient": "the court", "why": "case 7"})
    assert (answer.status_code, answer.headers["location"]) == (303, address)
    file = settled(anna, address)
    assert file.headers["content-disposition"] == 'attachment; filename="explanation-v100-1.html"'
    assert f"Why {ALERT.offender_id} came onto the list" in file.text
    assert "proxy:anna" in file.text
    (look,) = console.book.looks
    assert isinstance(look, FileLook)
    assert (look.file, look.stay, look.recipient, look.why) == ("explanation", 1, "the court", "case 7")
    assert "disclosure" in anna.get(address).text
    assert len(console.book.looks) == 1
    proof = "/stays/v100:1/proof"
    anna.post(proof, data={"recipient": "the court", "why": "case 7"})
    refused = settled(anna, proof)
    assert (refused.status_code, "HARMWATCH_CONSOLE_CERTIFICATE" in refused.text) == (422, True)


def test_printing_is_a_disclosure_with_its_recipient(console: PastConsole) -> None:
    anna = console.officer()
    for address in (console.find(WHO), f"/at?t={T}", "/at/amendments"):
        ordinary = settled(anna, address)
        assert "This page is not printed" in ordinary.text
        (to_print,) = re.findall(r'class="print-button" href="([^"]+)"', ordinary.text)
        assert "To whom it goes" in anna.get(to_print).text
        assert anna.post(to_print, data={"recipient": "<the> court"}).status_code == 303
        paper = settled(anna, to_print)
        assert "This page is not printed" not in paper.text
        assert "for <bdi>&lt;the&gt; court</bdi>" in paper.text
        assert "To whom it goes" in anna.get(to_print).text
    recipients = [look.recipient for look in console.book.looks if isinstance(look, PersonLook | BandLook)]
    assert recipients == [None, "<the> court"] * 3


def test_where_the_look_cannot_be_written_nobody_is_named(console: PastConsole) -> None:
    anna, address = console.officer(), console.find(WHO)
    settled(anna, address)
    console.book.away = "Kafka does not answer"
    for each in (address, f"/at?t={T}"):
        for accept in ({}, JSON):
            answer = settled(anna, each, **accept)
            assert answer.status_code == 503
            assert not re.search(r"s0{4,}[0-9]+", answer.text)
            assert "Kafka does not answer" in answer.text
    assert len(console.book.looks) == 1


def test_a_reason_is_asked_before_anything_is_shown_and_a_stay_is_one(unasked: PastConsole) -> None:
    anna = unasked.officer()
    theirs, others = HANDLES.handle(ALERT.offender_id), HANDLES.handle("somebody-else")
    for address in (f"/people/{theirs}", f"/people/{others}?of=1", f"/people/{theirs}?of=2", f"/people/{theirs}?of=x"):
        page = anna.get(address)
        assert (page.status_code, "Why you look" in page.text) == (200, True)
        assert ALERT.offender_id not in page.text
    assert anna.get(f"/people/{theirs}", headers=JSON).status_code == 422
    assert anna.post(f"/people/{theirs}", data={"why": " "}).status_code == 422
    assert unasked.book.looks == []
    answer = anna.post(f"/people/{theirs}?t={T}", data={"why": "a call"})
    assert (answer.status_code, answer.headers["location"]) == (303, f"/people/{theirs}?t={T}")


def test_opened_from_a_stay_of_theirs_the_stay_is_the_reason(console: PastConsole) -> None:
    anna, handle = console.officer(), HANDLES.handle(ALERT.offender_id)
    page = settled(anna, f"/people/{handle}?of=1")
    assert ALERT.offender_id in page.text
    assert 'href="/stays/v100:1"' in page.text
    assert "Nobody has looked at it." in page.text
    (look,) = console.book.looks
    assert isinstance(look, PersonLook)
    assert look.why == "stay v100:1"
    assert settled(anna, f"/people/{handle}?t={T}").status_code in {200, 404}, "the switch asks for no other reason"


def test_a_handle_of_another_secret_is_gone(unasked: PastConsole) -> None:
    for handle in (Handles("6" * 64).handle(WHO), WHO, "x", "-" * 2_000):
        answer = unasked.officer().get(f"/people/{handle}?t=no")
        assert (answer.status_code, "from the board" in answer.text) == (410, True)
        assert WHO not in answer.text


@pytest.mark.parametrize("who", [*HOSTILE, "x" * 128])
def test_no_address_holds_an_id_however_hostile(unasked: PastConsole, who: str) -> None:
    address = unasked.find(who)
    assert re.fullmatch(r"/people/[A-Za-z0-9_-]+", address)
    assert HANDLES.open(address.rpartition("/")[2]) == who.strip(" \t\r\n")


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("/at?t=yesterday", "This is no instant"),
        (f"/at?t={T}&known=nobody", "This is no instant"),
        (f"/at?t={T}&known=2001-01-01", "older than the moment itself"),
        ("/at/amendments?since=9999999", "This is no instant"),
        (f"/people/{HANDLES.handle(WHO)}?of=1&t=%3Cscript%3E", "Why you look"),
    ],
)
def test_a_moment_that_is_none_is_said(unasked: PastConsole, address: str, words: str) -> None:
    answer = unasked.officer().get(address)
    assert words in answer.text
    assert "<script>" not in answer.text


@pytest.mark.parametrize(("fields", "words"), [
    ({"id": "", "why": "a call"}, "Give an id"), ({"id": "x" * 129, "why": "a call"}, "Give an id"),
    ({"id": WHO, "why": ""}, "Say why you look"),
])  # fmt: skip
def test_a_search_without_an_id_or_a_reason_finds_nobody(
    unasked: PastConsole, fields: dict[str, str], words: str
) -> None:
    answer = unasked.officer().post("/find", data=fields)
    assert (answer.status_code, words in answer.text) == (422, True)


HANDLE = HANDLES.handle(WHO)
ROUTES = {
    ("GET", "/find"): 200, ("POST", "/find"): 422,
    ("GET", f"/people/{HANDLE}"): 200, ("POST", f"/people/{HANDLE}"): 422,
    ("GET", f"/people/{HANDLE}/print"): 200, ("POST", f"/people/{HANDLE}/print"): 422,
    ("GET", "/at"): 200, ("GET", "/at/print?t=x"): 200, ("POST", "/at/print?t=x"): 422,
    ("GET", "/at/amendments?since=x"): 422,
    ("GET", "/at/amendments/print"): 200, ("POST", "/at/amendments/print"): 422,
    ("GET", "/stays/v100:1/explanation"): 200, ("POST", "/stays/v100:1/explanation"): 422,
    ("GET", "/stays/v100:1/proof"): 200, ("POST", "/stays/v100:1/proof"): 422,
    ("GET", "/stays/v100:2/proof"): 404, ("GET", "/stays/v101:1/explanation"): 404,
}  # fmt: skip
"""Every route of these pages, and what it answers to who may look back and says nothing yet."""


@pytest.mark.parametrize(("method", "address"), ROUTES)
def test_every_route_is_for_officers_supervisors_and_auditors_alone(
    unasked: PastConsole, method: str, address: str
) -> None:
    answers = {role: unasked.officer(role).request(method, address, data={}) for role in (*GROUPS, "no such group")}
    assert {GROUPS[role] for role in MAY_LOOK_BACK} == set(GROUPS.values())
    for role in GROUPS:
        assert answers[role].status_code == ROUTES[method, address], role
    assert answers["no such group"].status_code == 403
    assert unasked.officer().head(address).content == b""
    assert unasked.book.looks == []


def test_the_table_above_names_every_route(unasked: PastConsole) -> None:
    paths = {re.sub(r"\?.*", "", address).replace(HANDLE, "{handle}") for _, address in ROUTES}
    paths = {re.sub(r"v10[01]:[0-9]", "{alert_id}", path) for path in paths}
    assert paths == {route.path for route in unasked.routes}


def test_a_page_that_waits_says_for_what_and_asks_again_without_a_script(fan_out: FanOut) -> None:
    with (
        closing(PastProcess(golden_settings(), answer_by_rote, 20)) as process,
        past_console(process, fan_out) as console,
    ):
        anna, slow = console.officer(), format_instant(SLEEPS)
        first, second = (anna.get(f"/at/amendments?since={each}") for each in (slow, format_instant(Micros(1))))
        assert (first.status_code, second.status_code) == (202, 202)
        assert first.headers["retry-after"] == "2"
        assert '<meta http-equiv="refresh" content="2">' in first.text
        assert re.search(r"It is computed from Kafka since [0-9]+ s; it is given up after 20 s.", first.text)
        assert "It waits: one question is answered before it, each within 20 s." in second.text
        assert anna.get(f"/at/amendments?since={slow}", headers=JSON).json()["words"].startswith("It is computed")
        for number in range(MOST_WAITING - 1):
            process.ask(AmendmentsQuestion(Micros(number + 2)))
        full = anna.get(f"/at/amendments?since={format_instant(Micros(100))}")
        assert (full.status_code, full.headers["retry-after"]) == (503, "60")
        assert "8 questions about the past wait already" in full.text
        assert console.book.looks == []


def test_nothing_of_it_says_a_name_to_the_log(console: PastConsole, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    settled(console.officer(), console.find(WHO))
    assert WHO not in caplog.text
