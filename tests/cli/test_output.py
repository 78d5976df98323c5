"""How a code is shown: what nobody would see of it stands between quotation marks."""

import pytest

from cli.output import printable_code


@pytest.mark.parametrize(
    ("code", "shown"), [("19C.1.1", "19C.1.1"), ("a b", "a b"), ("a ", "'a '"), (" a", "' a'"), ("a\t", "'a\\t'")]
)
def test_a_code_with_a_space_at_its_edge_is_quoted(code: str, shown: str) -> None:
    assert printable_code(code) == shown
