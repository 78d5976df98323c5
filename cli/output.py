"""How commands speak: data on standard output, one JSON document with --json; words on standard error."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import click

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


class _Answer(Protocol):
    """A `cli.document.Document`, which would load pydantic for every help."""

    def json_text(self) -> str: ...


Shown = TypeVar("Shown", bound=_Answer)


def show(document: Shown, as_json: bool, render: Callable[[Shown], str]) -> None:
    """Prints a document as JSON, or in words."""
    click.echo(document.json_text() if as_json else render(document))


def say(text: str) -> None:
    """A line for the person at the terminal."""
    click.echo(text, err=True)


def printable(text: str) -> str:
    """An id on one line of a terminal: what is not printable is escaped."""
    return "".join(letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text)


def printable_code(code: str) -> str:
    """A code of an index; in quotation marks where it has a space at its edge, which would go unseen."""
    return f"'{printable(code)}'" if code != code.strip() else printable(code)
