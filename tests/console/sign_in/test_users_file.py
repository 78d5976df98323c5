"""The file of local users, and their passwords."""

import time
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from console.officer import Role
from console.sign_in.users_file import Passwords, User, UsersFile
from models.errors import NotAllowed, WrongUse
from tests.console.sign_in.local_users import CHEAP, PASSWORD, browser, sign_in

pytestmark = pytest.mark.stack


def test_a_wrong_name_takes_as_long_as_a_wrong_password() -> None:
    passwords = Passwords()

    def seconds(user: User | None) -> float:
        began_at = time.process_time()
        assert not passwords.fits("something else", user)
        return time.process_time() - began_at

    anna = User(Role.OFFICER, passwords.digest(PASSWORD))
    assert min(seconds(None) for _ in range(3)) > 0.5 * min(seconds(anna) for _ in range(3))


def test_a_file_of_users_that_others_can_read_lets_nobody_in(app: ASGIApp, file: UsersFile) -> None:
    with browser(app) as client:
        sign_in(client)
        file.path.chmod(0o640)
        answer = client.get("/board")
        assert answer.status_code == 503
        assert "others than its owner can read" in answer.text
        assert sign_in(client) == 503
    with pytest.raises(NotAllowed, match="chmod 600"):
        file.users()


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"users": []}', '{"users": {"a": {}}}', '{"users": {"a": {"role": "x"}}}']
)
def test_a_file_that_is_none_of_users_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "users.json"
    path.write_text(text)
    path.chmod(0o600)
    with pytest.raises(NotAllowed, match="is no file of users"):
        UsersFile(path).users()


def test_the_file_is_written_whole_for_its_owner_alone_or_not_at_all(file: UsersFile, digest: str) -> None:
    before = file.path.read_bytes()

    def fail() -> None:
        with file.changing() as users:
            users.clear()
            raise WrongUse("changed my mind")

    with pytest.raises(WrongUse):
        fail()
    assert file.path.read_bytes() == before
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert digest.startswith("$argon2id$")
    assert digest in before.decode()
    assert PASSWORD not in before.decode()


@pytest.mark.parametrize("password", ["", "short", "x" * 257])
def test_a_password_is_neither_short_nor_endless(password: str) -> None:
    with pytest.raises(WrongUse, match="12 to 256"):
        CHEAP.digest(password)


def test_an_accent_counts_the_same_however_a_keyboard_writes_it() -> None:
    assert CHEAP.fits("re\u0301sume\u0301-of-anna", User(Role.OFFICER, CHEAP.digest("r\u00e9sum\u00e9-of-anna")))
