"""Every law of docs/laws.md names the test that goes red when it is broken, and `make test` runs it."""

import ast
from pathlib import Path

import pytest

from tests.laws import HELD, LAWS

ROOT = Path(__file__).parents[2]


def test_every_law_has_a_test_and_every_test_a_law() -> None:
    assert LAWS
    assert list(HELD) == LAWS


@pytest.mark.parametrize("test", HELD.values(), ids=HELD)
def test_the_test_of_a_law_is_there_and_part_of_make_test(test: str) -> None:
    path, _, name = test.partition("::")
    module = ast.parse((ROOT / path).read_text("utf-8"))
    (found,) = (node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == name)
    marks = [ast.unparse(mark) for mark in found.decorator_list]
    marks += [ast.unparse(node) for node in module.body if isinstance(node, ast.Assign)]
    assert not any(mark.startswith("pytest.mark.thorough") for mark in marks)
    assert not any(mark.startswith("pytestmark") and "thorough" in mark for mark in marks)
