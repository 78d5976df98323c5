"""Of what a console has little of nobody takes all: pages that are open, threads that act, reasons that are kept."""

import asyncio
import threading

import pytest

from console.app import MOST_OF_ONE as MOST_STREAMS_OF_ONE
from console.fan_out import FanOut
from console.officer import Officer, Role
from console.past.given_reasons import MOST_OF_ONE as MOST_REASONS_OF_ONE
from console.past.given_reasons import GivenReasons
from console.sign_in.proxy import ProxyProvider
from console.stays.action_desk import MOST_OF_ONE as MOST_ACTIONS_OF_ONE
from console.stays.outcome import Outcome
from tests.console.book import Book
from tests.console.conftest import OWN
from tests.console.duty import ANNA, PROXY, Duty
from tests.console.views import a_view

BERT = Officer("proxy:bert", Role.OFFICER, signed_in=True)


@pytest.fixture
def duty(fan_out: FanOut, book: Book) -> Duty:
    provider = ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", {"desk": Role.OFFICER, "audit": Role.AUDITOR})
    return Duty(fan_out, book, provider).begin("suspect-0001")


def test_one_officer_opens_a_hundred_pages_and_others_can_open_theirs(duty: Duty, fan_out: FanOut) -> None:
    fan_out.open_streams["proxy:anna"] = MOST_STREAMS_OF_ONE
    with duty.asked_by("anna") as anna, duty.asked_by("bert") as bert:
        assert anna.head("/stream").status_code == 503
        assert anna.head("/stream?of=queue").status_code == 503
        assert bert.head("/stream").status_code == 200


def test_one_officer_has_four_actions_under_way_and_leaves_threads_to_others(duty: Duty) -> None:
    may_end = threading.Event()

    def slow(_: Officer) -> Outcome:
        may_end.wait(20)
        return Outcome(201, "")

    async def story() -> None:
        asked = [asyncio.create_task(duty.acting.in_time(slow, ANNA)) for _ in range(MOST_ACTIONS_OF_ONE)]
        await asyncio.sleep(0)
        refused = await duty.acting.in_time(slow, ANNA)
        assert (refused.status, "can be sent again as it stands" in refused.words) == (503, True)
        assert (await duty.acting.in_time(lambda _: Outcome(201, ""), BERT)).status == 201
        may_end.set()
        assert {(await each).status for each in asked} == {201}
        assert (await duty.acting.in_time(slow, ANNA)).status == 201

    asyncio.run(story())


def test_an_auditor_moves_no_shift_of_those_who_work(duty: Duty, fan_out: FanOut) -> None:
    fan_out.show(a_view())
    before = fan_out.shifts.current
    with duty.asked_by("eve", "audit") as eve, duty.asked_by("anna") as anna:
        assert eve.post("/shift", headers=OWN).status_code == 403
        assert fan_out.shifts.current is before
        assert anna.post("/shift", headers=OWN).status_code == 303
    assert fan_out.shifts.current is not before


def test_one_officers_reasons_push_out_no_others() -> None:
    reasons = GivenReasons()
    reasons.say("proxy:bert", "handle", "a call")
    for number in range(3_000):
        reasons.say("proxy:anna", f"handle-{number}", "many")
    assert reasons.said("proxy:bert", "handle") == "a call"
    kept = [number for number in range(3_000) if reasons.said("proxy:anna", f"handle-{number}")]
    assert kept == list(range(3_000 - MOST_REASONS_OF_ONE, 3_000))
