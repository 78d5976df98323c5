"""Who confirms has just signed in: a session that lasts a shift may be anybody's by then."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from console.fan_out import FanOut
from console.officer import Officer, Role
from console.sign_in.fresh_sign_in import CONFIRM_SECONDS
from console.stays.forms import ActKind, StayForm
from console.stays.person_view import PersonView
from console.stays.proposal_text import proposal_text
from console.stays.stay_document import proposal_document
from desk.stay import Proposal
from models.instants import SECOND
from tests.console.book import Book
from tests.console.duty import Duty
from tests.console.handover.offered import just_now
from tests.console.test_queue_text import clock
from tests.desk.acts import a_basis, an_action

INES = Officer("local:ines", Role.SUPERVISOR, signed_in=True)


@pytest.fixture
def duty(fan_out: FanOut, book: Book) -> Iterator[Duty]:
    """Anna proposes."""
    duty = Duty(fan_out, book).begin("suspect-anders")
    for number, kind in enumerate(("look", "propose"), 10):
        duty.do(an_action(kind, number, 1, "local:anna", stay=1, at=just_now()))
    yield duty
    duty.persons.close()


def session_of(seconds: float) -> Officer:
    return replace(INES, since=round((time.time() - seconds) * SECOND))


def waiting(duty: Duty) -> Proposal:
    ((_, proposal),) = duty.desk.state().desk.open_proposals
    return proposal


@pytest.mark.parametrize(
    ("seconds", "is_fresh"), [(1, True), (CONFIRM_SECONDS - 30, True), (CONFIRM_SECONDS + 1, False)]
)
def test_an_older_session_confirms_nothing_and_says_what_to_do(duty: Duty, seconds: float, *, is_fresh: bool) -> None:
    officer, written = session_of(seconds), len(duty.written)
    outcome = duty.acting.act(officer, 1, StayForm(ActKind.CONFIRM, duty.form(1, officer)))
    assert (outcome.status == 403) is not is_fresh
    assert ("Sign in again, then confirm it." in outcome.words) is not is_fresh
    assert len(duty.written) == written
    text = proposal_text(duty.desk.state().desk, waiting(duty), PersonView(None, a_basis()), officer, clock)
    assert bool(text.again) is not is_fresh
    assert ("Sign in again" in proposal_document(text).hindrance) is not is_fresh, "a program reads it as well"


@pytest.mark.parametrize("act", [ActKind.NOTE, ActKind.RETURN])
def test_whatever_can_be_undone_takes_no_other_sign_in(duty: Duty, act: ActKind) -> None:
    officer = session_of(11 * 3_600)
    outcome = duty.acting.act(officer, 1, StayForm(act, duty.form(1, officer), "no"))
    assert outcome.status != 403, outcome.words


def test_a_token_confirms_nothing_and_reads_why(duty: Duty) -> None:
    program = replace(INES, by_token=True)
    seen = duty.acting.seal.open(duty.form(1, INES), INES.by, 1)
    assert seen is not None
    outcome = duty.acting.act_on(program, StayForm(ActKind.CONFIRM, ""), seen)
    assert (outcome.status, outcome.words.startswith("A token is no person")) == (403, True)
    text = proposal_text(duty.desk.state().desk, waiting(duty), PersonView(None, a_basis()), program, clock)
    assert text.hindrance.startswith("A token is no person")
