"""Actions of programs: with a sign-in under the name that was checked, without one under a name that nobody checked."""

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from console.fan_out import FanOut
from models.desk.action import NoteAction, read_action
from tests.console.book import Book
from tests.console.conftest import HOST
from tests.console.duty import Duty
from tests.desk.acts import an_action

ACTIONS = "/stays/v100:1/actions"
NOTE = {"action_id": "a" * 32, "kind": "note", "stay": "v100:1", "note": "seen"}


@pytest.fixture
def duty(fan_out: FanOut, book: Book) -> Iterator[Duty]:
    duty = Duty(fan_out, book)  # no sign-in: this machine alone
    yield duty.begin("suspect-anders")
    duty.persons.close()


@pytest.fixture
def anybody(duty: Duty) -> Iterator[TestClient]:
    with TestClient(duty.app, f"http://{HOST}", follow_redirects=False) as client:
        yield client


def test_without_a_sign_in_the_body_says_who_acts_and_the_record_that_nobody_checked_it(
    duty: Duty, anybody: TestClient
) -> None:
    for incomplete in ({}, {"by": "ann"}, {"role": "officer"}, {"by": "ann", "role": "auditor"}):
        assert anybody.post(ACTIONS, json=NOTE | incomplete).status_code == 403
    assert anybody.post(ACTIONS, json=NOTE | {"by": "<b>", "role": "officer"}).status_code == 422
    assert anybody.post(ACTIONS, json=NOTE | {"by": "ann", "role": "officer"}).status_code == 201
    written = read_action(duty.written[-1])
    assert isinstance(written, NoteAction)
    assert (written.by, written.role, written.sign_in, written.note) == ("ann", "officer", "none", "seen")
    assert duty.desk.state().desk.unsigned == 1


def test_one_id_is_one_action_and_with_other_content_none(duty: Duty, anybody: TestClient) -> None:
    ann = {"by": "ann", "role": "officer"}
    for _ in range(3):
        assert anybody.post(ACTIONS, json=NOTE | ann).status_code == 201
    for other in ({"note": "else"}, {"by": "bob"}, {"kind": "release"}):
        assert anybody.post(ACTIONS, json=NOTE | ann | other).status_code == 409
    assert [note.text for note in duty.desk.state().desk.stays[1].notes] == ["seen"]
    assert len(duty.written) == 2


def test_of_two_actions_of_one_id_at_two_consoles_the_second_hears_that_it_is_none(
    duty: Duty, anybody: TestClient
) -> None:
    duty.reads_back = False  # the other one is on its way
    duty.do(an_action("note", 10**30, 1, stay=1, action_id="a" * 32, note="another"))
    duty.reads_back = True
    answer = anybody.post(ACTIONS, json=NOTE | {"by": "ann", "role": "officer"})
    assert (answer.status_code, "taken for another action" in answer.json()["words"]) == (409, True)


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 422), (b"[]", 422), (b"{}", 422), (b"\xff", 422), (b'{"kind":"rules"}', 422), (b"x" * 300_000, 413)],
    ids=lambda told: str(told)[:20],
)
def test_what_is_no_action_is_said_to_be_none(anybody: TestClient, body: bytes, status: int) -> None:
    answer = anybody.post(ACTIONS, content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status


def test_an_unread_action_is_answered_as_sent(duty: Duty, anybody: TestClient) -> None:
    duty.reads_back = False
    assert anybody.post(ACTIONS, json=NOTE | {"by": "ann", "role": "officer"}).status_code == 202


def test_a_sequence_that_no_alert_has_yet_is_refused_and_the_desk_goes_on(duty: Duty, anybody: TestClient) -> None:
    ann = {"by": "ann", "role": "officer"}
    answer = anybody.post(ACTIONS, json=NOTE | ann | {"sequence_seen": 2})
    assert (answer.status_code, "alert 2" in answer.json()["words"]) == (409, True)
    assert anybody.post(ACTIONS, json=NOTE | ann | {"sequence_seen": 1}).status_code == 201
    assert (len(duty.written), duty.desk.state().waiting) == (2, 0)
