"""What commands answer with --json keeps its keys, their order and its values, and its text its words, byte by byte.

The files beside were written when the documents had no types. A key that is added stands in them on purpose.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from cli.board import board, offender
from cli.clocks import AsOf
from cli.document import Document
from tests.audit.golden.history import golden_histories

FOLDER = Path(__file__).parent / "documents"
GOLDEN = golden_histories()[-1]
WHO = "s00000000118"
CLOCKS = {
    "at": AsOf("2025-07-18T23:41:38Z", None, as_known_now=False, diff=False),
    "known_now": AsOf("2025-07-18T23:41:38Z", None, as_known_now=True, diff=False),
    "difference": AsOf("2025-07-18T23:41:38Z", None, as_known_now=True, diff=True),
}


class Answer(NamedTuple):
    """A document and its text."""

    document: Document
    text: str


def answer(document: Any, render: Callable[[Any], str]) -> Answer:
    return Answer(document, render(document))


def board_as_of(clocks: AsOf) -> Answer:
    return answer(board.board_at(GOLDEN.open_reader, clocks.at_us, 12, clocks), board.render)


def offender_as_of(clocks: AsOf) -> Answer:
    return answer(offender.offender_at(GOLDEN.open_reader, clocks.at_us, WHO, clocks), offender.render)


ANSWERS: dict[str, Callable[[], Answer]] = {
    "board_empty": lambda: answer(board.board_document("b", None, []), board.render),
    **{f"board_{name}": partial(board_as_of, clocks) for name, clocks in CLOCKS.items()},
    **{f"offender_{name}": partial(offender_as_of, clocks) for name, clocks in CLOCKS.items()},
}


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
