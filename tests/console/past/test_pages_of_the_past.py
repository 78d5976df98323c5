"""Pages about the past, of a golden history: what they say, and that it was written down before."""

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
from console.past.process import PastProcess
from console.past.questions import BandQuestion
from models.access_log.look import BandLook, FileLook, PersonLook
from models.instants import format_instant
from tests.console.page_text import Read
from tests.console.past.golden import (
    ALERT,
    GOLDEN,
    HANDLES,
    THEN,
    WHO,
    PastConsole,
    T,
    answer_golden,
    golden_settings,
    past_console,
)

JSON = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def process() -> Iterator[PastProcess]:
    """One for all tests, which is there before them."""
    with closing(PastProcess(golden_settings(), answer_golden, 60)) as process:
        process.ask(BandQuestion(THEN), "").future.result(60)
        yield process


@pytest.fixture
def console(process: PastProcess, fan_out: FanOut) -> Iterator[PastConsole]:
    with past_console(process, fan_out, ALERT.offender_id) as console:
        yield console


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


def test_a_file_leaves_the_desk_once_it_is_said_to_whom_and_again_each_time(console: PastConsole) -> None:
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


def test_nothing_of_it_says_a_name_to_the_log(console: PastConsole, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    settled(console.officer(), console.find(WHO))
    assert WHO not in caplog.text
