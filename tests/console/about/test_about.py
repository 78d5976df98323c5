"""What the list is and is not: words, policy, and a record that says what nobody has answered."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC
from pathlib import Path

import pytest
from jsonschema import validate
from starlette.testclient import TestClient

from console.about.about_pages import AboutPages
from console.about.record_file import LONGEST, QUESTIONS, read_record
from console.app import make_app
from console.fan_out import FanOut
from console.officer import Role
from console.pages import Pages
from console.sign_in.proxy import ProxyProvider
from models.errors import WrongUse
from models.policy import Policy, Recency
from policies.policy_file import load_policy
from runtime.settings import Settings
from tests.console.book import Book
from tests.console.conftest import HOST
from tests.console.duty import PROXY
from tests.console.page_text import Read
from tests.console.test_gate import HOSTILE
from tests.console.views import a_view

SCHEMA = Path(__file__).parents[3] / "docs/reference/documents/console-about.schema.json"
V100 = load_policy(Settings().policy)


def about(
    fan_out: FanOut, told: Mapping[str, str] = {}, policy: Policy = V100, settings: Settings | None = None,
    role: str = "officer", accept: str = "text/html",
) -> tuple[int, str]:  # fmt: skip
    """It is no look at anybody, and writes none."""
    book = Book()
    pages = Pages("v100", "v100 2026.1", fan_out, UTC)
    further = AboutPages(pages, policy, settings or Settings(), told).routes()
    provider = ProxyProvider(PROXY, "X-User", "X-Groups", {each.value: each for each in Role})
    app = make_app(pages, frozenset({HOST}), book.leases(fan_out), provider, further)
    with TestClient(app, f"http://{HOST}", follow_redirects=False, client=(PROXY, 50_000)) as client:
        answer = client.get("/about", headers={"X-User": "somebody", "X-Groups": role, "Accept": accept})
    assert book.looks == []
    return answer.status_code, answer.text


def test_a_program_gets_the_same_as_a_document_that_fits_its_schema(fan_out: FanOut) -> None:
    told = {"organisation": "Eastmere Police"}
    document = json.loads(about(fan_out, told, accept="application/json")[1])
    validate(document, json.loads(SCHEMA.read_text("utf-8")))
    page = Read(about(fan_out, told)[1]).text
    facts = [*document["policy"], *(fact for section in document["record"] for fact in section["facts"])]
    assert [fact["text"] for fact in facts if fact["name"] == "Organisation"] == ["Eastmere Police"]
    assert [fact["text"] for fact in facts if fact["name"] == "Legal basis"] == [None]
    said = [*document["says"], *document["says_not"], *(fact["text"] for fact in facts if fact["text"])]
    assert [words for words in said if " ".join(words.split()) not in " ".join(page.split())] == []


@pytest.mark.parametrize("role", [*Role, "stranger"])
def test_all_who_see_the_list_can_read_what_it_is_and_it_names_nobody(fan_out: FanOut, role: str) -> None:
    status, page = about(fan_out, role=role)
    assert status == (403 if role == "stranger" else 200)
    assert "suspect-" not in page


def test_it_never_speaks_as_if_it_knew_what_anybody_will_do(fan_out: FanOut) -> None:
    text = Read(about(fan_out)[1]).text.lower()
    assert "it identifies, and does not predict" in text
    assert re.findall(r"\brisk\w*|danger\w*|predicted|likely to", text) == []


def test_the_policy_stands_there_with_owner_version_digest_window_scope_and_statuses(fan_out: FanOut) -> None:
    text = Read(about(fan_out)[1]).text
    for told in (
        "Policy v100 2026.1", "Owner Head of public protection analysis", f"Digest {V100.digest}",
        "Window 365 days from the report on", "Victims female, unknown", f"Offences all {len(V100.index):,} codes",
        "Statuses reported 100 %, charged 100 %, convicted 100 %, no further action 100 %, cancelled 0 %",
        "List the first 100; who is on it stays until rank 100", "Nobody was convicted reported and no further action",
    ):  # fmt: skip
        assert told in text, told
    assert "In force" not in text


def test_a_policy_that_weighs_by_age_says_how(fan_out: FanOut) -> None:
    fading = replace(V100, recency=(Recency(90, 100), Recency(365, 50)))
    assert "on: 100 % until day 90, 50 % until day 365" in Read(about(fan_out, policy=fading)[1]).text


def test_another_policy_in_force_is_said(fan_out: FanOut) -> None:
    fan_out.show(a_view(policy_digest="f" * 64))
    assert f"In force another policy, {'f' * 64}: this console was given" in Read(about(fan_out)[1]).text


def test_a_question_that_nobody_has_answered_stands_there_as_one(fan_out: FanOut) -> None:
    text = Read(about(fan_out)[1]).text
    assert text.count("Not stated by this installation.") == len(QUESTIONS) - 2, "supplier and documentation have more"
    said = {key: f"answer {number}" for number, key in enumerate(QUESTIONS)} | {
        "documentation": "https://docs.example/"
    }
    page = about(fan_out, said)[1]
    assert "Not stated" not in page
    for key, name in QUESTIONS.items():
        assert key == "documentation" or f"{name} {said[key]}" in Read(page).text
    assert 'href="https://docs.example/explanation/alerts.html"' in page


@pytest.mark.parametrize("text", HOSTILE)
def test_what_others_write_into_the_record_stays_text(fan_out: FanOut, text: str) -> None:
    tags = [tag for tag, _ in Read(about(fan_out, {"purpose": text})[1]).tags]
    assert tags == [tag for tag, _ in Read(about(fan_out, {"purpose": "plain"})[1]).tags]


def test_settings_say_who_can_see_it_and_what_is_sealed(fan_out: FanOut) -> None:
    sealed = Settings.model_validate({"seal": "on", "key_store": "nowhere", "console_users": "users.json"})
    assert "Who can see it those who sign in" in Read(about(fan_out, settings=sealed)[1]).text
    assert "Ids in records sealed; a person is erased" in Read(about(fan_out, settings=sealed)[1]).text
    assert "Who can see it those on one machine" in Read(about(fan_out)[1]).text
    assert "Ids in records in clear" in Read(about(fan_out)[1]).text


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("purpose = 3", "purpose is no text"),
        ('purpose = " "', "purpose is no text"),
        (f'purpose = "{"x" * (LONGEST + 1)}"', "purpose is no text"),
        ('purposes = "x"', "'purposes' is no key of it"),
        ('documentation = "javascript:alert(1)"', "documentation is no address"),
        ("purpose", "Expected"),
    ],
)
def test_a_record_that_cannot_be_read_is_named_at_the_start(tmp_path: Path, content: str, told: str) -> None:
    file = tmp_path / "record.toml"
    file.write_text(content)
    with pytest.raises(WrongUse, match="HARMWATCH_CONSOLE_RECORD") as refused:
        read_record(file)
    assert told in str(refused.value)


def test_a_record_that_is_not_there_is_named_and_none_is_none(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="nowhere"):
        read_record(tmp_path / "nowhere.toml")
    assert read_record(None) == {}
    file = tmp_path / "record.toml"
    file.write_text('purpose = """ to look where it matters """\n')
    assert read_record(file) == {"purpose": "to look where it matters"}
