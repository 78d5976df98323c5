"""Every threat of the threat model names the test that shows what stops it."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TABLE = (ROOT / "docs" / "threat-model.md").read_text("utf-8").partition("## Threats")[2].partition("## Not covered")[0]
ROWS = [line.split(" | ") for line in TABLE.splitlines() if line.startswith("| ")][2:]


def test_every_threat_has_a_test() -> None:
    assert ROWS
    assert all(re.fullmatch(r"`tests/\S+::test_\w+` \|", row[-1]) for row in ROWS)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[1])
def test_the_test_of_a_threat_is_there(row: list[str]) -> None:
    path, _, name = row[-1].strip("` |").partition("::")
    module = ast.parse((ROOT / path).read_text("utf-8"))
    assert name in {node.name for node in module.body if isinstance(node, ast.FunctionDef)}
