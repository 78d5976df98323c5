"""The head of each page: since when its officer is on duty, and how much an ended shift has left behind."""

from dataclasses import replace
from datetime import UTC

import pytest

from console.handover.shift_words import shift_words
from models.instants import Micros
from sight.local_times import short_moment
from tests.console.duty import ANNA as OFFICER
from tests.console.duty import Duty
from tests.console.handover.offered import ANNA, just_now
from tests.desk.acts import HOUR, Shift, an_action, at, text_at


def clock(instant: Micros, today: Micros) -> str:
    return short_moment(instant, today, UTC)


def words(shift: Shift, hours: float, session: float | None = None) -> str:
    officer = replace(OFFICER, by="ann", since=None if session is None else at(session * HOUR))
    return shift_words(shift.desk(hours * HOUR), officer, clock)


def test_a_shift_is_said_since_the_session_or_the_first_record_whichever_was_earlier() -> None:
    shift = Shift()
    assert words(shift, 1) == "no shift yet"
    assert words(shift, 2, session=1) == "shift since 01:00"
    shift.do("note", stay=1, seconds=3 * HOUR)
    assert words(shift, 4) == "shift since 03:00"
    assert words(shift, 4, session=1) == "shift since 01:00"
    assert words(shift, 6, session=5) == "shift since 03:00", "who signs in again goes on"
    assert words(shift, 16) == "no shift yet"


def test_who_has_handed_over_is_off_duty_though_their_session_goes_on() -> None:
    shift = Shift()
    offer = shift.do("offer_handover", seconds=2 * HOUR)
    shift.do("take_handover", "bob", seconds=3 * HOUR, offer=offer)
    assert words(shift, 4, session=1) == "no shift yet"
    assert words(shift, 6, session=5) == "shift since 05:00"


def test_who_did_not_sign_in_has_no_shift() -> None:
    assert shift_words(Shift().desk(HOUR), replace(OFFICER, signed_in=False), clock) == ""


@pytest.mark.parametrize("path", ["/board", "/queue", "/ageing", "/handover", "/stays/v100:1", "/display"])
def test_every_page_says_the_shift_of_its_officer_and_what_ended_ones_have_left(duty: Duty, path: str) -> None:
    duty.begin("suspect-anders")
    with duty.asked_by("anna") as anna:
        assert "no shift yet" in anna.get(path).text
        assert 'id="orphans" hidden>' in anna.get(path).text
        duty.do(an_action("look", 10, 1, "proxy:carl", stay=1, at=text_at(HOUR)))
        duty.do(an_action("note", 11, 1, ANNA, stay=1, at=just_now()))
        duty.news.remake(has_news=True)
        page = anna.get(path).text
    assert "proxy:anna</bdi>, officer, shift since " in page
    assert 'id="orphans">1 of ended shifts</span>' in page
