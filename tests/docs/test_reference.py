"""The reference pages say what the code says, and what the explanations count stands in the index."""

import csv
import re
from pathlib import Path

import pytest

from handbook.pages import PAGES
from runtime.settings import Settings
from tests.docs.walk import DOCS, ROOT


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_reference_page_is_what_the_code_makes(path: Path) -> None:
    assert path.read_text("utf-8") == PAGES[path](), "run `make docs`"


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []


def test_the_days_in_the_explanation_are_those_of_the_index() -> None:
    with (ROOT / "policies" / "cchi-2020.csv").open(encoding="utf-8") as file:
        days = {row["code"]: row["days"] for row in csv.DictReader(file)}
    told = re.findall(
        r"^\| `(\S+)` [^|]+ \| ([\d.]+) \|$", (DOCS / "explanation" / "score.md").read_text("utf-8"), re.M
    )
    assert len(told) >= 5
    assert {code: days[code] for code, _ in told} == dict(told)
