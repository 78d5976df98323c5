"""Looking back at a real board: what the desk shows is what the commands compute, and who looked is found."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.console.conftest import OWN
from tests.end_to_end.desk import JSON, InProcess, Night, wait_until

pytestmark = pytest.mark.stack
PEOPLE = ("anders", "bela", "cato")


@pytest.fixture(scope="module")
def night(stack_environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Night]:
    night = Night(stack_environment, tmp_path_factory.mktemp("night"))
    night.offence(*PEOPLE)
    night.offence("anders")
    night.installation.start_worker()
    night.installation.wait_idle()
    yield night
    night.installation.end_workers()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.touch(0o600)
    file.write_text("5" * 64)
    return file


@pytest.fixture
def console(night: Night, secret: Path) -> Iterator[InProcess]:
    with night.console(secret=secret) as console:
        yield console


def settled(console: InProcess, address: str, **headers: str) -> Any:  # httpx's
    """The answer, once the page does not wait any more."""
    anna = console.officer("anna")
    return wait_until(lambda: (answer := anna.get(address, headers=headers)).status_code != 202 and answer, address)


def test_from_the_board_to_a_person_whose_page_is_what_the_commands_compute_and_the_look_is_found(
    night: Night, console: InProcess, secret: Path
) -> None:
    anna, stay = console.officer("anna"), console.address("anders")
    wait_until(lambda: f'href="{stay}"><bdi>anders<' in anna.get("/board").text, "the board leads to stays")
    row = re.search(r'href="(/people/[^"]+)"', anna.get(stay).text)
    assert row is not None
    page, told = settled(console, row[1]), settled(console, row[1].partition("?")[0], **JSON).json()
    assert "anders" in page.text
    assert f'href="{stay}"' in page.text
    expected = night.installation.json("explain", "--offender", "anders")
    assert (told["rank"], told["score_millidays"]) == (expected["rank"], expected["score_millidays"])
    assert [each["offence_id"] for each in told["contributions"]] == [
        each["offence_id"] for each in expected["contributions"]
    ]
    assert [each["title"] for each in told["contributions"]] == [each["title"] for each in expected["contributions"]]
    night.installation.environment["HARMWATCH_CONSOLE_SECRET"] = str(secret)
    for who, looks in (("anders", 2), ("bela", 0)):
        found = night.installation.json("access", "list", "--person", who)["looks"]
        assert [look["why"] for look in found if look["kind"] == "person"] == [stay.replace("/stays/", "stay ")] * looks
    assert "anders" not in "".join(look.get("why", "") for look in found)


def test_the_file_for_a_court_is_that_of_the_command(night: Night, console: InProcess, tmp_path: Path) -> None:
    anna, stay = console.officer("anna"), console.address("bela")
    form = {"recipient": "the court", "why": "case 7"}
    assert anna.post(f"{stay}/explanation", data=form, headers=OWN).status_code == 303
    file = settled(console, f"{stay}/explanation").text
    page = tmp_path / "page.html"
    alert_id = stay.rpartition("/")[2]
    assert night.installation.say("explain", alert_id, "--html", str(page), "--by", "proxy:anna").code == 0
    made = re.compile(r"\d{1,2} \w+ \d{4},? at [\d:.]+|\d\d:\d\d:\d\d(\.\d+)?")
    assert made.sub("", file) == made.sub("", page.read_text())


def test_the_proof_at_the_desk_is_that_of_a_certificate(night: Night, secret: Path, tmp_path: Path) -> None:
    installation = night.installation
    certificate, keys = tmp_path / "certificate.json", installation.json("keys", "new", "--dir", str(tmp_path))
    said = installation.say("verify", "--certificate", str(certificate), "--key", keys["private_key"])
    assert said.code == 0, said.errors
    night.settings = night.settings.model_copy(update={"console_certificate": certificate})
    with night.console(secret=secret) as console:
        stay = console.address("cato")
        console.officer("anna").post(f"{stay}/proof", data={"recipient": "the court", "why": "case 7"}, headers=OWN)
        proof = tmp_path / "proof.json"
        proof.write_text(settled(console, f"{stay}/proof").text)
    said = installation.say("proof", "check", str(proof), "--public-key", keys["public_key"])
    assert said.code == 0, said.errors
