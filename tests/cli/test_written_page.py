"""A page is written whole or not at all: nothing of it is left where there was no room."""

import resource
from pathlib import Path

import pytest

from cli.written_page import write_paper
from models.errors import WrongUse
from pages.paper import Paper

PAPER = Paper("en", "Case file", "Why", "Restricted", (), (), (), (), "The end")


def test_a_page_for_which_there_is_no_room_leaves_nothing_behind(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("an earlier one")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))
    try:
        with pytest.raises(WrongUse, match="cannot be written: File too large"):
            write_paper(page, PAPER)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert [file.name for file in tmp_path.iterdir()] == ["page.html"]
    assert page.read_text() == "an earlier one"
    write_paper(page, PAPER)
    assert "The end" in page.read_text()
