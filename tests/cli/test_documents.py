"""What commands answer with --json keeps its keys, their order and its values, and its text its words, byte by byte.

The files beside are the contract: whoever adds a key, or changes a word, changes them on purpose.
"""

from pathlib import Path

import pytest

from tests.cli.answers import of_audits, of_insight, of_policies, of_the_board, of_the_desk, of_the_service

FOLDER = Path(__file__).parent / "documents"
ANSWERS = (
    of_audits.ANSWERS
    | of_insight.ANSWERS
    | of_policies.ANSWERS
    | of_the_board.ANSWERS
    | of_the_desk.ANSWERS
    | of_the_service.ANSWERS
)


@pytest.mark.parametrize("name", ANSWERS)
def test_a_document_and_its_text_stay_what_they_were(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))  # no snapshots
    document, text = ANSWERS[name]()
    written = FOLDER / name
    assert document.json_text() + "\n" == written.with_suffix(".json").read_text("utf-8")
    if (told := written.with_suffix(".txt")).exists():
        assert text + "\n" == told.read_text("utf-8")


def test_every_file_is_held_against_an_answer() -> None:
    assert {path.stem for path in FOLDER.iterdir()} == set(ANSWERS)
