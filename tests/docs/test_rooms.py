"""No folder grows beyond what a reader can look over, tests included; the map names each of the product."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ARCHITECTURE = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
ROOMS = sorted(folder for folder in ROOT.iterdir() if (folder / "__init__.py").exists() and folder.name != "tests")
SHELVES = sorted(module.parent for room in ROOMS for module in room.rglob("__init__.py"))
TESTS = sorted({module.parent for module in (ROOT / "tests").rglob("*.py")})


@pytest.mark.parametrize("shelf", [*SHELVES, *TESTS], ids=lambda shelf: str(shelf.relative_to(ROOT)))
def test_a_folder_has_at_most_25_modules(shelf: Path) -> None:
    assert len([module for module in shelf.glob("*.py") if module.name != "__init__.py"]) <= 25


def test_a_file_has_at_most_300_lines() -> None:
    files = (path for folder in [*SHELVES, *TESTS] for path in folder.glob("*.py"))
    lengths = {str(path.relative_to(ROOT)): path.read_text("utf-8").count("\n") for path in files}
    assert sorted(name for name, length in lengths.items() if length > 300) == []


def test_a_function_has_at_most_40_lines() -> None:
    long = [
        f"{path.relative_to(ROOT)}: {node.name}"
        for shelf in SHELVES
        for path in shelf.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and lines_of(node) > 40
    ]
    assert long == []


def lines_of(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return (node.end_lineno or 0) - min([node.lineno, *(each.lineno for each in node.decorator_list)]) + 1


def test_the_map_names_every_room_and_shelf() -> None:
    rows = {line.split("`")[1].strip("/"): line for line in ARCHITECTURE.splitlines() if line.startswith("| `")}
    assert {room.name for room in ROOMS} <= set(rows)
    for shelf in SHELVES:
        room, *inner = shelf.relative_to(ROOT).parts
        if inner and inner[0] != "schemas":
            assert f"`{inner[0]}`" in rows[room], shelf
