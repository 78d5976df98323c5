"""The titles of a harm index, and which of them comes nearest to some words."""

import csv
import re
from pathlib import Path
from typing import NamedTuple

from models.policy import MILLIDAYS_PER_DAY
from policies.policy_file import index_path, load_policy

_WORDS = re.compile(r"[a-z0-9]+")
_SMALL = frozenset(
    ("a", "an", "and", "by", "for", "from", "in", "into", "of", "on", "or", "other", "the", "to", "with")
)
# What systems write for what an index spells out.
_SPELLED_OUT = {
    "abh": "actual bodily harm", "gbh": "grievous bodily harm", "dv": "domestic", "agg": "aggravated",
    "aggr": "aggravated", "veh": "vehicle", "poss": "possession", "att": "attempted", "cja": "criminal justice act",
    "assaulting": "assault", "burgl": "burglary", "crim": "criminal", "dam": "damage", "homicide": "murder",
}  # fmt: skip


class Entry(NamedTuple):
    """One code of an index."""

    code: str
    millidays: int
    title: str

    @property
    def days(self) -> str:
        """What it counts."""
        return f"{self.millidays / MILLIDAYS_PER_DAY:g}"


class Titles:
    """The entries of the index of one policy. Raises WrongUse."""

    def __init__(self, policy: Path) -> None:
        index = load_policy(policy).index
        with index_path(policy).open(encoding="utf-8-sig", newline="") as file:
            titles = {row["code"]: (row.get("title") or "").strip() for row in csv.DictReader(file)}
        self.entries = [Entry(code, millidays, titles.get(code, "")) for code, millidays in index.items()]
        self.by_code = {entry.code: entry for entry in self.entries}
        self._words = [words_of(entry.title) for entry in self.entries]
        self._exact: dict[str, list[Entry]] = {}
        for entry in self.entries:
            self._exact.setdefault(_plain(entry.title), []).append(entry)

    def named(self, text: str) -> Entry | None:
        """The entry that is called so, where only one is, or where all that are count the same."""
        found = self._exact.get(_plain(text), [])
        return found[0] if found and len({entry.millidays for entry in found}) == 1 else None

    def nearest(self, text: str, most: int) -> list[Entry]:
        """Entries that have most of the words, the nearest first; none that has no word of them."""
        asked = words_of(text)
        scored = [
            (-_nearness(asked, words), place) for place, words in enumerate(self._words) if _nearness(asked, words) > 0
        ]
        once: dict[tuple[str, int], Entry] = {}  # the same offence may stand there in two spellings
        for _, place in sorted(scored):
            once.setdefault((self.entries[place].title, self.entries[place].millidays), self.entries[place])
        return list(once.values())[:most]


def words_of(text: str) -> frozenset[str]:
    """The words that tell titles apart, spelled out, in the singular."""
    spelled = " ".join(_SPELLED_OUT.get(word, word) for word in _WORDS.findall(text.casefold()))
    return frozenset(_singular(word) for word in spelled.split() if word not in _SMALL)


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _plain(text: str) -> str:
    return " ".join(_WORDS.findall(text.casefold()))


def _nearness(asked: frozenset[str], words: frozenset[str]) -> float:
    """How many of the words are there, whole or as a beginning, less what else is."""
    hits = sum(1.0 if word in words else 0.6 * any(_begins(word, other) for other in words) for word in asked)
    return hits - 0.01 * len(words) if hits else 0.0


def _begins(word: str, other: str) -> bool:
    return len(word) > 3 and len(other) > 3 and (other.startswith(word) or word.startswith(other))
