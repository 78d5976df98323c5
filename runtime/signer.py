"""Whose signatures count on a board: checkpoints and tombstones of anybody else are foreign."""

from broker.journal import Journal, open_journal
from broker.reader import OpenReader, Reader
from models.journal.entry import JournalEntry
from runtime.installation import named_public_key
from runtime.settings import Settings


def signer(settings: Settings, open_reader: OpenReader) -> str | None:
    """The key that HARMWATCH_PUBLIC_KEY names, else the one that the board was founded with, in hex; None: no key.

    Raises WrongUse, Unproved, Unavailable.
    """
    named = named_public_key(settings)
    if named is not None:
        return named
    with open_journal(open_reader) as journal:
        return _founded_with(journal.first())


def signer_beside(settings: Settings, journal: Reader) -> str | None:
    """The same for who reads the journal already; the reader stands anywhere afterwards."""
    return named_public_key(settings) or _founded_with(Journal(journal).first())


def _founded_with(first: JournalEntry | None) -> str | None:
    body = None if first is None else first.body
    key = body.get("public_key") if isinstance(body, dict) else None
    return key if isinstance(key, str) else None
