"""The doctor of the identity provider: nothing to say without one, and the right remedy where it is broken."""

from collections.abc import Iterator

import pytest

from cli.doctor import identity
from cli.doctor.check import Finding, State
from cli.doctor.examination import Examination
from cli.doctor.patient import Patient
from runtime.settings import Settings
from tests.console.oidc.authority import IdentityAuthority


@pytest.fixture
def authority() -> Iterator[IdentityAuthority]:
    with IdentityAuthority().answering() as authority:
        yield authority


def found(issuer: str) -> Finding:
    told = {
        "console_oidc": issuer, "console_oidc_client": "console", "console_oidc_roles": "desk=officer",
        "console_oidc_redirect": "https://desk.example/sign-in/back",
    }  # fmt: skip
    settings = Settings.model_validate(told if issuer else {})
    (finding,) = Examination(Patient(settings), identity.CHECKS).run(10)
    assert finding.check == "identity.provider"
    return finding


def test_where_nobody_signs_in_at_one_nothing_is_wrong() -> None:
    assert found("").state is State.GOOD


def test_one_that_answers_is_named(authority: IdentityAuthority) -> None:
    finding = found(authority.url)
    assert (finding.state, finding.text) == (State.GOOD, f"{authority.url} answers, and names where one signs in")


def test_one_that_is_away_or_another_is_a_fault_with_its_remedy(authority: IdentityAuthority) -> None:
    authority.described = {"issuer": "https://evil.example"}
    for issuer, told in ((authority.url, "says that it is"), ("http://127.0.0.1:1", "does not answer")):
        finding = found(issuer)
        assert (finding.state, told in finding.text) == (State.FAULT, True), finding
        assert "HARMWATCH_CONSOLE_OIDC" in finding.remedy
