"""What a command answers, made without a server."""

from collections.abc import Callable
from typing import Any, NamedTuple

from sight.document import Document
from tests.audit.golden.history import in_force

GOLDEN = in_force(is_sealed=False)
"""The history that answers about the past are made of."""

AT, WHO = "2025-07-18T23:41:38Z", "s00000000118"


class Answer(NamedTuple):
    """A document and its text."""

    document: Document
    text: str


Answers = dict[str, Callable[[], Answer]]
"""By the name of the file that holds one; each is made when it is asked for."""


def answer(document: Any, render: Callable[[Any], str]) -> Answer:  # Any: a document, and what renders it
    """A document and its text."""
    return Answer(document, render(document))
