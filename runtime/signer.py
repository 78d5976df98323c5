"""Whose signatures count on a board: checkpoints and tombstones of anybody else are foreign."""

from contextlib import closing

from broker.reader import OpenReader, Reader
from broker.tail import first_entry
from models.journal.entry import JournalEntry
from models.topics import JOURNAL
from runtime.installation import named_public_key
from runtime.settings import Settings


def signer(settings: Settings, open_reader: OpenReader) -> str | None:
    """The key that HARMWATCH_PUBLIC_KEY names, else the one that the board was founded with, in hex; None: no key.

    Raises WrongUse, Unproved, Unavailable.
    """
    named = named_public_key(settings)
    if named is not None:
        return named
    with closing(open_reader(JOURNAL, 0)) as journal:
        return signer_beside(settings, journal)


def signer_beside(settings: Settings, journal: Reader) -> str | None:
    """The same for who reads the journal already; the reader stands anywhere afterwards."""
    return named_public_key(settings) or _founded_with(first_entry(journal))


def _founded_with(first: JournalEntry | None) -> str | None:
    body = None if first is None else first.body
    key = body.get("public_key") if isinstance(body, dict) else None
    return key if isinstance(key, str) else None
