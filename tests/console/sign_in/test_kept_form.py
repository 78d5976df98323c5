"""A form that came after its session had ended: the sign-in page carries it, and nothing is sent by itself."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from starlette.testclient import TestClient

from console.fan_out import FanOut
from console.officer import Officer, Role
from console.pages import Pages
from console.sign_in.kept_form import LONGEST, KeptForm
from console.sign_in.local import LocalProvider
from console.sign_in.sessions import Sessions
from console.sign_in.users_file import UsersFile
from state.sign_ins import SignIns
from tests.console.book import Book
from tests.console.conftest import HOST, OWN
from tests.console.duty import Duty
from tests.console.sign_in.local_users import ANNA, CHEAP

STAY = "/stays/v100:1"
OFFICER = Officer("local:anna", Role.OFFICER, signed_in=True)
TYPED = "by <hand>\nat 100 % & more"


@pytest.fixture
def duty(fan_out: FanOut, book: Book, file: UsersFile, kept: SignIns) -> Iterator[Duty]:
    provider = LocalProvider(Pages("v100", "", fan_out), file, Sessions(kept), CHEAP, over_tls=False)
    duty = Duty(fan_out, book, provider)
    provider._pages = duty.pages  # those of its own desk, as a console has them
    yield duty.begin("suspect-anders")
    duty.persons.close()


@pytest.fixture
def client(duty: Duty) -> Iterator[TestClient]:
    with TestClient(duty.app, f"http://{HOST}", headers=OWN, follow_redirects=False) as client:
        yield client


def fields_of(page: str) -> dict[str, str]:
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return {name: unescape(value) for name, value in hidden}


@pytest.mark.stack
def test_what_was_sent_stands_behind_the_sign_in_to_be_sent_again_and_is_done_once(
    duty: Duty, client: TestClient
) -> None:
    form = {"act": "note", "seen": duty.form(1, OFFICER), "text": TYPED}
    refused = client.post(STAY, data=form)
    assert (refused.status_code, 'action="/sign-in"' in refused.text) == (401, True)
    assert TYPED in unescape(refused.text)
    wrong = client.post("/sign-in", data=fields_of(refused.text) | ANNA | {"password": "wrong"})
    assert (wrong.status_code, TYPED in unescape(wrong.text)) == (401, True)
    back = client.post("/sign-in", data=fields_of(wrong.text) | ANNA)
    assert (back.status_code, "Nothing was sent meanwhile" in back.text) == (200, True)
    assert "harmwatch=" in back.headers["set-cookie"]
    assert len(duty.written) == 1, "nothing is sent by itself"
    assert f'action="{STAY}"' in back.text
    again = client.post(STAY, data=fields_of(back.text) | {"text": TYPED})
    assert again.headers["location"] == f"{STAY}?done"
    assert [note.text for note in duty.desk.state().desk.stays[1].notes] == [TYPED]
    assert "suspect-" not in refused.text + wrong.text + back.text


@pytest.mark.stack
@pytest.mark.parametrize("told", [
    {"kept_for": "//evil.example/", "kept": "act=note"}, {"kept_for": "/board", "kept": "act=note"},
    {"kept_for": STAY, "kept": ""}, {"kept_for": STAY, "kept": "act=burn"},
])  # fmt: skip
def test_a_form_that_is_none_of_ours_is_not_given_back(client: TestClient, told: dict[str, str]) -> None:
    answer = client.post("/sign-in", data=ANNA | told)
    assert (answer.status_code, answer.headers["location"]) == (303, "/board")


def test_a_form_that_is_too_long_to_be_sent_twice_stays_on_the_page_that_refused_it() -> None:
    assert KeptForm.of(STAY, b"text=" + b"%41" * (LONGEST // 4)) is None
    kept = KeptForm.of("/handover/1", b"act=take&why.1=a+b&why.2=&text=c%C3%A9&end.1=taken")
    assert kept is not None
    assert kept.typed == ("a b", "c\N{LATIN SMALL LETTER E WITH ACUTE}")
