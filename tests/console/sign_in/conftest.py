"""Two local users, and sign-ins in a real store."""

from pathlib import Path

import pytest
from starlette.types import ASGIApp

from console.fan_out import FanOut
from console.officer import Role
from console.sign_in.users_file import User, UsersFile
from state.sign_ins import SignIns
from tests.console.sign_in.local_users import CHEAP, PASSWORD, app_of


@pytest.fixture(scope="module")
def digest() -> str:
    return CHEAP.digest(PASSWORD)


@pytest.fixture
def file(tmp_path: Path, digest: str) -> UsersFile:
    file = UsersFile(tmp_path / "users.json")
    with file.changing() as users:
        users |= {"anna": User(Role.OFFICER, digest), "boss": User(Role.SUPERVISOR, digest)}
    return file


@pytest.fixture
def app(fan_out: FanOut, file: UsersFile, kept: SignIns) -> ASGIApp:
    return app_of(fan_out, file, kept)
