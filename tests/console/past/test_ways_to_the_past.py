"""Ways to pages about the past: who may ask, what they say first, and what a page says that waits."""

import re
from collections.abc import Iterator
from contextlib import closing

import pytest

from console.fan_out import FanOut
from console.past.past_desk import MAY_LOOK_BACK
from console.past.process import MOST_WAITING, Job, PastProcess
from console.past.questions import AmendmentsQuestion, Question
from models.instants import Micros, format_instant
from sealing.handles import Handles
from tests.console.past.golden import ALERT, GROUPS, HANDLES, WHO, PastConsole, T, golden_settings, past_console
from tests.console.past.rote import SLEEPS, answer_by_rote
from tests.console.test_gate import HOSTILE

JSON = {"Accept": "application/json"}
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


class Unasked(PastProcess):
    """It may be there already, and nothing is asked of it."""

    def ask(self, question: Question, by: str) -> Job:
        raise AssertionError(f"{by} was answered without what had to be said first: {type(question).__name__}")


@pytest.fixture
def unasked(fan_out: FanOut) -> Iterator[PastConsole]:
    """A console of which nothing is asked that its process would have to answer."""
    with (
        closing(Unasked(golden_settings(), answer_by_rote, 20)) as process,
        past_console(process, fan_out, ALERT.offender_id) as console,
    ):
        yield console


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
        assert first.headers["retry-after"] == "1"
        assert '<meta http-equiv="refresh" content="1">' in first.text
        assert re.search(r"It has been computed from Kafka for [0-9]+ s, and is given up after 20 s.", first.text)
        assert "It waits: one question is answered before it, each within 20 s." in second.text
        assert anna.get(f"/at/amendments?since={slow}", headers=JSON).json()["words"].startswith("It has been computed")
        for number in range(MOST_WAITING - 1):
            process.ask(AmendmentsQuestion(Micros(number + 2)), f"proxy:{number}")
        full = console.officer("auditor", "bert").get(f"/at/amendments?since={format_instant(Micros(100))}")
        assert (full.status_code, full.headers["retry-after"]) == (503, "60")
        assert "8 questions about the past wait already" in full.text
        assert console.book.looks == []


BLANK = ["\u2003", "\u200b", "\u202e \u202c", "\x00"]


@pytest.mark.parametrize("blank", BLANK)
def test_words_in_which_nothing_is_to_be_seen_are_no_reason_and_no_recipient(unasked: PastConsole, blank: str) -> None:
    anna, address = unasked.officer(), f"/people/{HANDLES.handle(WHO)}"
    for path, form in (
        (address, {"why": blank}),
        (f"{address}/print", {"recipient": blank}),
        ("/at/print?t=x", {"recipient": blank}),
        ("/stays/v100:1/proof", {"recipient": blank, "why": "case 7"}),
        ("/stays/v100:1/proof", {"recipient": "the court", "why": blank}),
        ("/find", {"id": WHO, "why": blank}),
    ):
        assert anna.post(path, data=form).status_code == 422, path
