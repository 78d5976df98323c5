"""One JSON text for one content."""

import json

from hypothesis import given
from hypothesis import strategies as st

from models.canonical import canonical_json

contents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
)


@given(content=contents)
def test_canonical_json_is_that_of_the_standard_library_with_sorted_keys_and_no_spaces(content: object) -> None:
    plain = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    assert canonical_json(content) == plain.encode()
