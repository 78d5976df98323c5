"""What a terminal gets that lacks letters, and what its keys send."""

import json

import pytest

from cli.terminal import escape_what_cannot_be_written, escaped, not_utf8
from cli.watch.keyboard import DOWN, END, ENTER, HOME, PAGE_DOWN, PAGE_UP, UP, keys_of
from cli.watch.watch import moved_by

escape_what_cannot_be_written()
IDS = ["李-1", "\U0001f600", "ä", "\x81", "\ud800"]


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii", "koi8-r"])
@pytest.mark.parametrize("name", IDS)
def test_an_escaped_document_is_the_same_document(encoding: str, name: str) -> None:
    document = {"offender": name}
    assert json.loads(escaped(json.dumps(document, ensure_ascii=False), encoding)) == document


def test_what_can_be_written_stays() -> None:
    assert escaped("ä 李", "cp1252") == "ä \\u674e"
    assert escaped("ä 李", "utf-8") == "ä 李"


def test_an_argument_that_is_no_utf8_is_named_in_ascii() -> None:
    assert not_utf8(["watch", "caf\udce9"]) == "'caf\\udce9'"
    assert not_utf8(["watch", "café", "李"]) is None


@pytest.mark.parametrize(
    ("sent", "keys"),
    [
        ("\x1b[A\x1b[B", [UP, DOWN]),
        ("\x1bOA\x1bOB", [UP, DOWN]),
        ("\x1b[5~\x1b[6~", [PAGE_UP, PAGE_DOWN]),
        ("\x1b[H\x1b[F\x1bOH\x1bOF\x1b[1~\x1b[4~\x1b[7~\x1b[8~", [HOME, END] * 4),
        ("a\x1b[Ab\n", ["a", UP, "b", ENTER]),
        ("\x1b[2~\x1b[1;5C", []),
        ("\x1b", ["\x1b"]),
        ("李\x08", ["李", "\x7f"]),
    ],
)
def test_keys_are_read_as_terminals_send_them(sent: str, keys: list[str]) -> None:
    assert list(keys_of(sent)) == keys


@pytest.mark.parametrize(
    ("key", "at", "to"),
    [(UP, 0, 0), (UP, 5, 4), (DOWN, 299, 299), (PAGE_DOWN, 0, 12), (PAGE_UP, 5, 0), (HOME, 70, 0), (END, 0, 299)],
)
def test_a_key_leads_to_a_line_that_is_there(key: str, at: int, to: int) -> None:
    assert moved_by(key, at, 300, 24) == to


def test_where_there_is_nothing_no_key_leads_anywhere() -> None:
    assert moved_by(END, 0, 0, 24) == 0
