"""`harmwatch index find`: codes of the index by words of their titles."""

from typing import Any

from cli.output import printable, printable_code
from cli.policy.index_titles import Titles, words_of
from models.errors import WrongUse
from runtime.settings import Settings

MOST = 20


def find_codes(settings: Settings, words: str, most: int = MOST) -> dict[str, Any]:
    """The entries that come nearest to the words, the nearest first. Raises WrongUse."""
    if not words_of(words):
        raise WrongUse("there is no word to look for in the titles")
    titles = Titles(settings.policy)
    exact = titles.by_code.get(words.strip())
    found = [exact] if exact is not None else titles.nearest(words, most)
    return {
        "policy": str(settings.policy),
        "words": words,
        "found": [{"code": one.code, "days": one.days, "title": one.title} for one in found],
    }


def render_found(document: dict[str, Any]) -> str:
    """A line for each."""
    lines = [
        f"{printable_code(one['code']):<16} {one['days']:>7} days  {printable(one['title'])}"
        for one in document["found"]
    ]
    return "\n".join(lines) or f"no title in the index of {document['policy']} has any of these words"
