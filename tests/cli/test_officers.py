"""`harmwatch console user` and `console sessions`: who may sign in, and who is."""

import json
import re
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import CliRunner, Result

from cli.main import main
from console.officer import Role
from console.sign_in.device_tokens import fits_token
from console.sign_in.sessions import Sessions
from console.sign_in.users_file import Passwords, UsersFile
from models.access.redis_access import Access
from state.sign_ins import SignIns

PASSWORD = "a-long-enough-one"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "users.json"
    monkeypatch.setenv("HARMWATCH_CONSOLE_USERS", str(path))
    return path


def console(*words: str, typed: str = "") -> Result:
    return CliRunner().invoke(main, ["console", *words], input=typed)


def test_a_user_is_added_listed_given_another_password_and_removed(path: Path) -> None:
    assert console("user", "add", "anna", "--role", "supervisor", typed=f"{PASSWORD}\n").exit_code == 0
    assert json.loads(console("user", "list", "--json").stdout) == {
        "users": [{"name": "anna", "role": "supervisor", "token": False}]
    }
    first = UsersFile(path).users()["anna"]
    assert (first.role, Passwords().fits(PASSWORD, first)) == (Role.SUPERVISOR, True)
    assert path.stat().st_mode & 0o777 == 0o600
    assert console("user", "password", "anna", typed="another-long-one\n").exit_code == 0
    second = UsersFile(path).users()["anna"]
    assert second.mark != first.mark
    assert console("user", "remove", "anna").exit_code == 0
    assert console("user", "list").stdout == "no users\n"


def test_a_token_is_printed_once_replaced_by_the_next_and_ended_with_the_password(path: Path) -> None:
    console("user", "add", "anna", "--role", "officer", typed=f"{PASSWORD}\n")
    first, second = (console("user", "token", "anna").stdout.strip() for _ in range(2))
    name, _, secret = second.rpartition(".")
    assert (name, first != second, second in path.read_text("utf-8")) == ("anna", True, False)
    assert [fits_token(told.rpartition(".")[2], UsersFile(path).users()["anna"].token) for told in (first, second)] == [
        False,
        True,
    ]
    assert secret not in console("user", "list").stdout
    assert "anna                     officer, with a token" in console("user", "list").stdout
    assert console("user", "token", "anna", "--end").stdout == "anna has no token any more\n"
    assert console("user", "token", "anna", "--end").exit_code == 1
    console("user", "token", "anna")
    console("user", "password", "anna", typed="another-long-one\n")
    assert UsersFile(path).users()["anna"].token == ""


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["user", "add", "anna", "--role", "officer"], 1, "there is a user anna"),
        (["user", "add", "Anna Smith", "--role", "officer"], 2, "a name has up to 64 small letters"),
        (["user", "add", "boss", "--role", "chief"], 2, "'chief' is not one of"),
        (["user", "remove", "nobody"], 1, "there is no user nobody"),
        (["user", "password", "nobody"], 1, "there is no user nobody"),
        (["user", "token", "nobody"], 1, "there is no user nobody"),
        (["sessions", "revoke"], 2, "say whose sessions end"),
        (["sessions", "revoke", "local:anna", "--all"], 2, "say whose sessions end"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(path: Path, words: list[str], code: int, told: str) -> None:
    console("user", "add", "anna", "--role", "officer", typed=f"{PASSWORD}\n")
    before = path.read_bytes()
    said = console(*words, typed=f"{PASSWORD}\n")
    assert (said.exit_code, told in said.output) == (code, True), said.output
    assert path.read_bytes() == before


def test_a_file_that_others_can_read_and_a_short_password_are_refused(path: Path) -> None:
    assert "12 to 256 characters" in console("user", "add", "anna", "--role", "officer", typed="short\n").output
    assert not path.exists()
    console("user", "add", "anna", "--role", "officer", typed=f"{PASSWORD}\n")
    path.chmod(0o644)
    for words in (["user", "list"], ["user", "remove", "anna"]):
        said = console(*words)
        assert (said.exit_code, "others than its owner can read" in said.output) == (1, True)


def test_without_a_file_of_users_the_setting_is_named() -> None:
    said = console("user", "list")
    assert (said.exit_code, "HARMWATCH_CONSOLE_USERS names no file" in said.output) == (2, True)


def test_below_is_a_question_about_a_person() -> None:
    said = CliRunner().invoke(main, ["access", "list", "--below"])
    assert (said.exit_code, "--below goes with --person" in said.output) == (2, True)


@pytest.mark.stack
def test_sessions_are_listed_and_revoked_by_id_by_officer_or_all(
    valkey_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prefix = f"{uuid4().hex}-"
    monkeypatch.setenv("HARMWATCH_REDIS", valkey_url)
    monkeypatch.setenv("HARMWATCH_PREFIX", prefix)
    assert console("sessions", "list").stdout == "nobody is signed in\n"
    with closing(SignIns(Access(valkey_url), prefix, "v100")) as kept:
        sessions = Sessions(kept)
        secrets = [sessions.begin(by, "mark") for by in ("local:anna", "local:anna", "local:boss", "local:carl")]
        rows = json.loads(console("sessions", "list", "--json").stdout)["sessions"]
        assert [row["by"] for row in rows] == ["local:anna", "local:anna", "local:boss", "local:carl"]
        assert console("sessions", "revoke", rows[2]["session"]).stdout == "1 session ended\n"
        assert console("sessions", "revoke", "local:anna").stdout == "2 sessions ended\n"
        assert [sessions.find(secret) is not None for secret in secrets] == [False, False, False, True]
        assert console("sessions", "revoke", "local:anna").exit_code == 1
        assert console("sessions", "revoke", "--all").stdout == "1 session ended\n"
        assert sessions.find(secrets[3]) is None


def test_every_command_of_the_page_is_one_that_there_is() -> None:
    page = (Path(__file__).parents[2] / "docs" / "how-to" / "sign-in.md").read_text("utf-8")
    commands = re.findall(r"^    harmwatch (.+)$", page, re.MULTILINE)
    assert len(commands) >= 7
    for line in commands:
        answer = CliRunner().invoke(main, [*line.split(), "--help"])  # parsed first, so that an unknown option fails
        assert answer.exit_code == 0, (line, answer.output)
