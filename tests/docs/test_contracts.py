"""An import contract says by its name whom it holds for; it lists every root package that the name does not except."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LINTER: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
ROOTS = set(LINTER["root_packages"])
CONTRACTS: dict[str, Any] = {contract["name"]: contract for contract in LINTER["contracts"]}
ONLY = [name for name in CONTRACTS if name.startswith("Only ")]
NOTHING_BUT = [name for name in CONTRACTS if "nothing but the models" in name]


def named(contract: str) -> set[str]:
    words = contract.replace("the command line", "cli").replace(",", "").split()
    return ROOTS.intersection(words)


@pytest.mark.parametrize("name", ONLY)
def test_what_only_some_may_import_is_forbidden_to_all_others(name: str) -> None:
    assert named(name)
    assert set(CONTRACTS[name]["source_modules"]) == ROOTS - named(name)


@pytest.mark.parametrize("name", NOTHING_BUT)
def test_who_knows_nothing_but_the_models_may_import_nobody_else(name: str) -> None:
    contract = CONTRACTS[name]
    assert ROOTS - {"models"} - set(contract["source_modules"]) <= set(contract["forbidden_modules"])


def test_the_import_map_names_every_root() -> None:
    document = (ROOT / "ARCHITECTURE.md").read_text("utf-8")
    block = document.split("Imports go one way")[1].split("## ")[0]
    assert {root for root in ROOTS if root not in block} == set()


def test_there_are_such_contracts() -> None:
    assert len(ONLY) > 4
    assert len(NOTHING_BUT) > 3
