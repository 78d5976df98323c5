"""Programs that ask as a local user, by a bearer token: it needs no store, and a wrong one counts as none at all."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from console.fan_out import FanOut
from console.officer import Role
from console.pages import Pages
from console.sign_in.device_tokens import token_digest
from console.sign_in.local import LocalProvider
from console.sign_in.sessions import Sessions
from console.sign_in.users_file import User, UsersFile
from models.access.redis_access import Access
from models.desk.action import NoteAction, read_action
from state.sign_ins import SignIns
from tests.console.book import Book
from tests.console.conftest import HOST
from tests.console.duty import NOWHERE, Duty
from tests.console.sign_in.local_users import CHEAP
from tests.end_to_end.desk import JSON

ACTIONS = "/stays/v100:1/actions"
NOTE = {"action_id": "a" * 32, "kind": "note", "stay": "v100:1", "note": "seen"}
SECRET = "s" * 43
ANNAS = {"Authorization": f"Bearer anna.{SECRET}"}


@pytest.fixture
def file(tmp_path: Path) -> UsersFile:
    file = UsersFile(tmp_path / "users.json")
    with file.changing() as users:
        users["anna"] = User(Role.OFFICER, "no password", token_digest(SECRET))
        users["vera"] = User(Role.VIEWER, "no password", token_digest(SECRET))
        users["bert"] = User(Role.OFFICER, "no password")
        users["wall-1"] = User(Role.DEVICE, token_digest(SECRET))
    return file


@pytest.fixture
def duty(fan_out: FanOut, book: Book, file: UsersFile) -> Iterator[Duty]:
    with closing(SignIns(Access(NOWHERE), "", "v100")) as nowhere:
        provider = LocalProvider(Pages("v100", "", fan_out, UTC), file, Sessions(nowhere), CHEAP, over_tls=False)
        duty = Duty(fan_out, book, provider)
        yield duty.begin("suspect-anders")
        duty.persons.close()


@pytest.fixture
def program(duty: Duty) -> Iterator[TestClient]:
    with TestClient(duty.app, f"http://{HOST}", follow_redirects=False) as client:
        yield client


def test_a_program_reads_and_acts_as_its_user_and_each_answer_is_a_look_of_theirs(
    duty: Duty, program: TestClient, book: Book
) -> None:
    assert program.get("/queue", headers=ANNAS | JSON).json()["items"][0]["offender_id"] == "suspect-anders"
    assert [(look.by, look.role) for look in book.looks] == [("local:anna", "officer")]
    assert program.post(ACTIONS, json=NOTE, headers=ANNAS).status_code == 201
    written = read_action(duty.written[-1])
    assert isinstance(written, NoteAction)
    assert (written.by, written.role, written.sign_in == "none") == ("local:anna", "officer", False)
    assert program.post(ACTIONS, json=NOTE | {"by": "local:bert"}, headers=ANNAS).status_code == 403


def test_the_scheme_is_read_in_any_case_and_another_one_is_not_ours(program: TestClient) -> None:
    assert program.get("/queue", headers=JSON | {"Authorization": f"bearer  anna.{SECRET}"}).status_code == 200
    assert program.get("/queue", headers=JSON | {"Authorization": "Basic YW5uYTpwYXNz"}).status_code == 401


@pytest.mark.parametrize(
    "told",
    ["", "anna", f"anna.{'x' * 43}", f"nobody.{SECRET}", f"bert.{SECRET}", "bert.", f"wall-1.{SECRET}", f".{SECRET}",
     f"anna.{SECRET}\N{LATIN SMALL LETTER E WITH ACUTE}"],
)  # fmt: skip
def test_a_token_that_is_nobodys_is_answered_401_whatever_else_is_sent_and_shows_nothing(
    duty: Duty, program: TestClient, book: Book, told: str
) -> None:
    cookie = f"harmwatch-device=wall-1.{SECRET}"
    headers = {b"Authorization": f"Bearer {told}".encode(), b"Cookie": cookie.encode()}
    for answer in (
        program.get("/queue", headers=headers | {b"Accept": b"application/json"}),
        program.get("/wall", headers=headers),
        program.post(ACTIONS, json=NOTE, headers=headers),
    ):  # fmt: skip
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"].startswith("Bearer ")
        assert "suspect-" not in answer.text
    assert (len(duty.written), book.looks) == (1, [])


def test_a_token_said_twice_is_none(program: TestClient) -> None:
    twice = [("Authorization", ANNAS["Authorization"])] * 2
    assert program.get("/queue", headers=twice).status_code == 401


def test_without_a_token_a_program_hears_that_it_needs_one_and_a_browser_comes_to_the_sign_in(
    program: TestClient,
) -> None:
    told = program.get("/queue", headers=JSON)
    assert (told.status_code, told.json()["status"]) == (401, 401)
    assert told.headers["www-authenticate"].startswith("Bearer ")
    assert program.get("/queue").headers["location"] == "/sign-in"


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}])
def test_a_page_of_another_site_acts_by_no_token(duty: Duty, program: TestClient, headers: dict[str, str]) -> None:
    assert program.post(ACTIONS, json=NOTE, headers=ANNAS | headers).status_code == 403
    assert len(duty.written) == 1


def test_a_viewers_token_shows_the_board_alone(program: TestClient) -> None:
    veras = {"Authorization": f"Bearer vera.{SECRET}"}
    assert [program.get(path, headers=veras | JSON).status_code for path in ("/board", "/queue")] == [200, 403]


def test_a_token_ends_at_once_with_its_user(program: TestClient, file: UsersFile) -> None:
    assert program.get("/queue", headers=ANNAS | JSON).status_code == 200
    with file.changing() as users:
        users["anna"] = replace(users["anna"], token="")
    assert program.get("/queue", headers=ANNAS | JSON).status_code == 401
