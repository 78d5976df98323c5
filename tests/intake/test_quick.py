"""The law of the quick way: where it makes a field, the thorough one makes the same."""

from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intake.mapping.fields import FieldMaker, RowError
from intake.mapping.file import load_mapping
from intake.mapping.quick import quick_way
from tests.intake.any_row import VALUE

RULES = """
empty = ["NULL", "-"]
timezone = "Europe/London"
[[file]]
[file.fields]
type = { value = "offence.reported" }
event_id = { template = "{offence_id}/{a}{b}" }
offence_id = "a"
offender_id = { column = "b", empty = ["x"] }
code = { column = "c", table = { x = "y", "1" = "NULL" }, otherwise = "z", default = "w" }
status = { template = "{a}-{status}", table = { "x-1" = "s" } }
victim_sex = { column = "c" }
revision = { column = "d", instant = true }
occurred_at = { template = "{d} {c}", format = "%Y-%m-%d %H%M" }
recorded_at = "d"
reported_at = { column = "d", format = ["%Y-%m-%d", "%Y-%d-%m"] }
source = { column = "a", original = true }
victim_ids = "b"
"""
CELLS = (
    st.sampled_from(["", " ", "x", " x ", "-", "NULL", "1", "0915", "2025-01-02", "2025-13-01", "S-1", "17.0"]) | VALUE
)


@pytest.fixture(scope="module")
def maker_and_rules(tmp_path_factory: pytest.TempPathFactory) -> tuple[FieldMaker, dict[str, Any]]:
    file: Path = tmp_path_factory.mktemp("quick") / "m.toml"
    file.write_text(RULES.replace("[[file]]", "merge = true\n[[file]]\npattern = 'changes'", 1) + ORIGINALS)
    mapping = load_mapping(file)
    return FieldMaker(mapping), dict(mapping.file[0].fields)


ORIGINALS = """
[[file]]
[file.fields]
type = { value = "offence.reported" }
event_id = "a"
offence_id = "a"
offender_id = "b"
code = "c"
occurred_at = "d"
recorded_at = "d"
reported_at = "d"
"""


@given(
    st.fixed_dictionaries({}, optional=dict.fromkeys("abcd", CELLS)),
    st.dictionaries(st.just("offence_id"), st.just("o1")),
)
def test_what_the_quick_way_makes_the_thorough_one_makes_too(
    maker_and_rules: tuple[FieldMaker, dict[str, Any]], columns: dict[str, Any], told: dict[str, str]
) -> None:
    maker, rules = maker_and_rules
    for name, rule in rules.items():
        empty = rule.empty if rule.empty is not None else frozenset({"NULL", "-"})
        quick, quickly, thoroughly = None, dict(told), dict(told)
        try:
            quick = quick_way(name, rule, empty, partial(maker.converted, name, rule))
            made = quick is not None and quick(columns, quickly)
        except RowError:
            with pytest.raises(RowError):
                maker.set(thoroughly, name, rule, columns)
            continue
        if made:
            maker.set(thoroughly, name, rule, columns)
            assert quickly == thoroughly, name
        else:
            assert quickly == told
