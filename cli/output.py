"""How commands speak: data on standard output, one JSON document with --json; words on standard error."""

from collections.abc import Callable
from typing import Protocol, TypeVar

import click

json_option = click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")


class _Answer(Protocol):
    """A `sight.document.Document`, which would load pydantic for every help."""

    def json_text(self) -> str: ...


Shown = TypeVar("Shown", bound=_Answer)


def show(document: Shown, as_json: bool, render: Callable[[Shown], str]) -> None:
    """Prints a document as JSON, or in words."""
    click.echo(document.json_text() if as_json else render(document))


def say(text: str) -> None:
    """A line for the person at the terminal."""
    click.echo(text, err=True)
