"""When one person could be seen in the band, or in an alert beside it: as the journal says, without computing it."""

from contextlib import closing

from audit.history.shown_history import ShownHistory
from audit.replay.replay import Replay
from cli.topics import open_topics
from models.errors import Unproved
from models.journal.entry import JournalEntry
from models.token import Token
from models.topics import JOURNAL
from runtime.settings import Settings


def band_history(settings: Settings, person: str) -> ShownHistory | None:
    """None: the board is sealed, so that its journal names nobody. Raises Unproved where it is not whole, Unavailable.

    Who stood below the band is in no entry: that takes a replay.
    """
    shown, entries = ShownHistory(person), 0
    with closing(Replay(open_topics(settings, JOURNAL)).published()) as published:
        for entry in published:
            if _is_sealed(entry):
                return None
            shown.note_journalled(entry.entry, entry.transitions)
            entries = entry.entry
    if not entries:
        raise Unproved("the journal is empty: there is nothing to look back on")
    return shown


def _is_sealed(entry: JournalEntry) -> bool:
    return any(Token.read(change.offender_id) is not None for change in entry.transitions)
