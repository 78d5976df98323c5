"""An erasure ends a person's stays at the desk, while their key still tells which those are."""

import hashlib
import time
from collections.abc import Collection, Iterator
from contextlib import closing

from audit.verify.desk_records import read_desk
from broker.reader import when_readable
from cli.publishing import publish
from cli.topics import are_there, open_topics
from cli.waiting import say_waiting
from desk.fold import CONSOLE
from desk.state import Desk
from models.desk.action import ErasedAction, action_bytes
from models.instants import SECOND, format_instant
from models.token import Token
from models.topics import ALERTS, OFFICER_ACTIONS
from runtime.settings import Settings

_ID_LETTERS = 32


def end_stays_at_the_desk(settings: Settings, key_ids: Collection[str], passed_over: tuple[int, ...]) -> list[str]:
    """Writes which stays were sealed under these keys; the names of those that were not ended so before.

    None where no desk has begun. Raises Unproved where an alert is missing or forged, Unavailable.
    """
    if not are_there(settings, OFFICER_ACTIONS, ALERTS):
        return []
    open_reader = when_readable(open_topics(settings, ALERTS, OFFICER_ACTIONS), say_waiting)
    with closing(open_reader(OFFICER_ACTIONS, 0)) as reader:
        if not reader.end():
            return []
    desk = read_desk(open_reader, settings.board, passed_over).fold().desk()
    stays = list(_stays_under(desk, frozenset(key_ids))) if desk.rules is not None else []
    if stays:
        publish(settings, OFFICER_ACTIONS, settings.board, action_bytes(_erased(desk, stays)))
    return stays


def _stays_under(desk: Desk, key_ids: frozenset[str]) -> Iterator[str]:
    for sequence, stay in sorted(desk.stays.items()):
        token = None if stay.person is None else Token.read(stay.person)
        if token is not None and token.key_id in key_ids:
            yield desk.name_of(sequence)


def _erased(desk: Desk, stays: list[str]) -> ErasedAction:
    """Its id is made of what it says: an erasure that was cut short and is repeated writes the same action."""
    named = hashlib.sha256(" ".join(["erased", *stays]).encode()).hexdigest()[:_ID_LETTERS]
    return ErasedAction(
        action_id=named, at=format_instant(round(time.time() * SECOND)), after=desk.sequence,
        sequence_seen=desk.sequence, by=CONSOLE, role=CONSOLE, sign_in=None, stays=tuple(stays),
    )  # fmt: skip
