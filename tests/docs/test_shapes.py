"""The pages of exports as one meets them: each is typed as it stands there, and what it announces is seen."""

from pathlib import Path

import pytest

from tests.docs.walk import DOCS, announced, follow, missing_in

PAGES = sorted(DOCS.joinpath("mapping").glob("*.md"))


@pytest.mark.thorough  # tests/intake holds each law of them
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_page_of_an_export_comes_out_as_it_says(page: Path, tmp_path: Path) -> None:
    seen = follow(page, tmp_path, {})
    assert announced(page)
    assert missing_in(seen, page) == [], seen
    assert "Traceback" not in seen
