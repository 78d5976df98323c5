"""A reason that is recorded for ever says something, or the command is used wrongly."""

import pytest

from tests.end_to_end.installation import say


@pytest.mark.parametrize("why", ["", "  "])
@pytest.mark.parametrize(
    "words",
    [
        ("brake", "release", "--partition", "0"),
        ("topics", "pass-over", "alerts.v1", "0"),
        ("deadletters", "redrive"),
        ("deadletters", "redrive", "--dry-run"),
    ],
    ids=" ".join,
)
def test_an_empty_reason_is_wrong_use(words: tuple[str, ...], why: str) -> None:
    said = say({"HARMWATCH_KAFKA": "127.0.0.1:1", "HARMWATCH_REDIS": "redis://127.0.0.1:1"}, *words, "--why", why)
    assert (said.code, "it says nothing" in said.errors) == (2, True)
