"""An identity provider, and a console that asks it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.types import ASGIApp

from console.fan_out import FanOut
from models.access.secret_file import SecretFile
from state.sign_ins import SignIns
from tests.console.oidc.authority import SECRET, IdentityAuthority
from tests.console.oidc.signing_in import app_of


@pytest.fixture
def authority() -> Iterator[IdentityAuthority]:
    with IdentityAuthority().answering() as authority:
        yield authority


@pytest.fixture
def secret(tmp_path: Path) -> SecretFile:
    file = tmp_path / "client-secret"
    file.write_text(SECRET + "\n")
    file.chmod(0o600)
    return SecretFile("HARMWATCH_CONSOLE_OIDC_SECRET", file)


@pytest.fixture
def app(fan_out: FanOut, kept: SignIns, authority: IdentityAuthority, secret: SecretFile) -> ASGIApp:
    return app_of(fan_out, kept, authority.url, secret)
