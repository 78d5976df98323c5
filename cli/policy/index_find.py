"""`harmwatch index find`: codes of the index by words of their titles."""

import sys

import click

from cli.output import json_option, show
from cli.policy.index_titles import Titles, words_of
from models.errors import WrongUse
from runtime.settings import Settings, load_settings
from sight.document import Document
from sight.printable import printable, printable_code

MOST = 20


class FoundCode(Document):
    """A code of the index, and the days that it counts."""

    code: str
    days: str
    title: str


class FoundCodes(Document):
    """The codes whose titles come nearest to the words, the nearest first."""

    policy: str
    words: str
    found: tuple[FoundCode, ...]


DOCUMENT = FoundCodes


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--most", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@json_option
def command(words: tuple[str, ...], most: int, as_json: bool) -> None:
    """Searches the titles of the policy's index; ends with 1 where nothing is found."""
    document = find_codes(load_settings(), " ".join(words), most)
    show(document, as_json, render_found)
    sys.exit(0 if document.found else 1)


def find_codes(settings: Settings, words: str, most: int = MOST) -> FoundCodes:
    """The entries that come nearest to the words, the nearest first. Raises WrongUse."""
    if not words_of(words):
        raise WrongUse("there is no word to look for in the titles")
    titles = Titles(settings.policy)
    exact = titles.by_code.get(words.strip())
    found = [exact] if exact is not None else titles.nearest(words, most)
    return FoundCodes(
        policy=str(settings.policy),
        words=words,
        found=tuple(FoundCode(code=one.code, days=one.days, title=one.title) for one in found),
    )


def render_found(document: FoundCodes) -> str:
    """A line for each."""
    lines = [f"{printable_code(one.code):<16} {one.days:>7} days  {printable(one.title)}" for one in document.found]
    return "\n".join(lines) or f"no title in the index of {document.policy} has any of these words"
