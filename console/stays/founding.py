"""The first record of a desk: its rules, and the history that it is about."""

import secrets
import time
from collections.abc import Callable
from contextlib import closing

from broker.clients import GLANCE_BYTES, PartitionReader
from broker.journal import Journal
from desk.fold import CONSOLE
from desk.state import Desk
from models.desk.action import RulesAction, action_bytes
from models.desk.rules import DeskRules
from models.errors import Unavailable
from models.instants import SECOND, format_instant
from models.journal.entry import JournalEntry
from models.topics import JOURNAL, topic_name
from runtime.settings import Settings


def first_entry(settings: Settings) -> JournalEntry:
    """Entry 1 of the journal, whose hash names the history. Raises Unavailable, also before there is one."""
    with closing(PartitionReader(settings.brokers, topic_name(settings.prefix, JOURNAL), 0, GLANCE_BYTES)) as reader:
        first = Journal(reader).first()
    if first is None:
        raise Unavailable("the board has no journal yet, so no desk can begin")
    return first


def found_desk(settings: Settings, desk: Desk, write: Callable[[bytes], int]) -> None:
    """Writes the rules as shipped behind all that is known. Raises Unavailable, also before the board is founded.

    Two consoles that begin at once both write them, and they say the same.
    """
    first = first_entry(settings)
    rules = RulesAction(
        action_id=secrets.token_hex(16),
        at=format_instant(round(time.time() * SECOND)),
        after=desk.sequence,
        sequence_seen=desk.sequence,
        by=CONSOLE,
        role=CONSOLE,
        sign_in=None,
        board=first.board,
        first_entry=first.hash,
        rules=DeskRules(),
    )
    write(action_bytes(rules))
