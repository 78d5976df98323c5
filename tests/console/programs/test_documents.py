"""What a program gets of the desk fits the schema that is published of it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from console.fan_out import FanOut
from console.sign_in.proxy import ProxyProvider
from tests.console.book import Book
from tests.console.duty import PROXY, Duty
from tests.console.handover.served import a_busy_duty
from tests.end_to_end.desk import JSON, ROLES

FOLDER = Path(__file__).parents[3] / "docs/reference/documents"


@pytest.fixture
def duty(fan_out: FanOut, book: Book) -> Iterator[Duty]:
    duty = Duty(fan_out, book, ProxyProvider(PROXY, "X-Remote-User", "X-Remote-Groups", ROLES))
    a_busy_duty(duty)
    yield duty
    duty.persons.close()


def schema(name: str) -> Any:
    return json.loads((FOLDER / f"console-{name}.schema.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("name", "path"),
    [("stay", "/stays/v100:1"), ("stay", "/stays/v100:8"), ("second-key", "/second-key"), ("queue", "/queue")],
)
@pytest.mark.parametrize("group", ROLES)
def test_each_page_of_the_desk_is_a_document_of_its_schema(duty: Duty, name: str, path: str, group: str) -> None:
    with duty.asked_by("anna", group) as client:
        answer = client.get(path, headers=JSON)
    assert answer.status_code == 200
    jsonschema.validate(answer.json(), schema(name))


@pytest.mark.parametrize(("stay", "status"), [("v100:8", 201), ("v100:7", 422)])
def test_the_answer_to_an_action_is_a_document_of_its_schema(duty: Duty, stay: str, status: int) -> None:
    note = {"action_id": "a" * 32, "kind": "note", "stay": stay, "note": "seen"}
    with duty.asked_by("anna") as client:
        answer = client.post("/stays/v100:8/actions", json=note)
    assert answer.status_code == status
    jsonschema.validate(answer.json(), schema("outcome"))
