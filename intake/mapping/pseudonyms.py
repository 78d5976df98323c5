"""Pseudonyms at the door: ids of persons leave the house as HMAC-SHA-256 under a key that stays in it."""

import hmac
import re
import stat
import unicodedata
from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path

from models.errors import WrongUse

FEWEST_KEY_BYTES = 32
LETTERS = 32
"""Hexadecimal digits of a pseudonym: 128 bits, so that two of a thousand million persons never share one."""

_TEXTS_REMEMBERED = 65_536
_SPACES = re.compile(r"\s+")
_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")

_RULES: dict[str, Callable[[str], str]] = {
    "case": str.casefold,
    "spaces": lambda text: _SPACES.sub("", text),
    "zeros": lambda text: _ZEROS.sub("", text),
}


class Pseudonymiser:
    """Makes pseudonyms under one key; `rules` say which spellings are one person's."""

    def __init__(self, key: bytes, rules: Sequence[str]) -> None:
        self._key = key
        self._rules = [_RULES[rule] for rule in rules]
        self.of = lru_cache(_TEXTS_REMEMBERED)(self._of)

    def _of(self, text: str) -> str:
        normalised = unicodedata.normalize("NFKC", text).strip()
        for rule in self._rules:
            normalised = rule(normalised)
        return hmac.digest(self._key, normalised.encode(errors="surrogatepass"), "sha256").hex()[:LETTERS]


def read_key(path: Path) -> bytes:
    """The key in a file that its owner alone can read. Raises WrongUse."""
    make = f"make one with: (umask 077; openssl rand -hex 32 > {path})"
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(path.stat().st_mode)
            key = file.read().strip()
    except OSError as error:
        raise WrongUse(f"key of pseudonyms {path} cannot be read: {error.strerror}; {make}") from None
    if mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise WrongUse(f"key of pseudonyms {path} can be read by others: chmod 600 {path}")
    if len(key) < FEWEST_KEY_BYTES:
        raise WrongUse(f"key of pseudonyms {path} has {len(key)} bytes, and {FEWEST_KEY_BYTES} are needed; {make}")
    return key
