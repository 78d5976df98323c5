"""Commands that print persons write down who asked, first, where HARMWATCH_ACCESS_LOG is on."""

import copy
import socket
import time
from collections.abc import Collection
from contextlib import closing
from typing import Any

import click

from cli.publishing import publish
from cli.who import operator
from models.access_log.look import CommandLook, look_bytes
from models.errors import Unavailable
from models.instants import SECOND, format_instant
from models.token import Token
from models.topics import ACCESS_LOG
from runtime.key_stores import find_keys
from runtime.settings import Settings, load_settings
from sealing.cipher import Cipher
from sealing.ring import KeyRing

SUBJECT_PLACE = "access-log/subject"
"""For which the id of somebody whom a look names is sealed."""

_PERSONS, _ALERT = ("offender_id", "person"), "alert_id"


def recorded(command: click.Command, words: str) -> click.Command:
    """The same command, which leaves a look before it begins."""
    wrapped, callback = copy.copy(command), command.callback
    assert callback is not None, words

    def look_first(*arguments: Any, **options: Any) -> Any:  # Any: click's
        record_look(words, options)
        return callback(*arguments, **options)

    wrapped.callback = look_first
    return wrapped


def record_look(words: str, options: dict[str, Any]) -> None:
    """It lies there when this returns. Raises Unavailable, WrongUse."""
    settings = load_settings()
    if not settings.access_log:
        return
    person = next((str(options[name]) for name in _PERSONS if options.get(name)), None)
    alert = options.get(_ALERT)
    look = CommandLook(
        board=settings.board, by=f"{operator()}@{socket.gethostname()}", role="operator",
        at=format_instant(round(time.time() * SECOND)), command=words,
        subject=None if person is None else _sealed(settings, person), alert_id=None if alert is None else str(alert),
    )  # fmt: skip
    try:
        publish(settings, ACCESS_LOG, settings.board, look_bytes(look))
    except Unavailable as error:
        raise Unavailable(f"this look cannot be recorded, so nothing is shown: {error}") from error


def opened_subjects(settings: Settings, subjects: Collection[str]) -> dict[str, str]:
    """Of tokens whom they name, as far as their keys are there. Raises Unavailable."""
    keys = find_keys(settings)
    if keys is None:
        return {}
    with closing(keys):
        ring = KeyRing(keys, frozenset)
        tokens = {text: token for text in subjects if (token := Token.read(text)) is not None}
        ciphers = {text: ring.cipher(token.key_id) for text, token in tokens.items()}
    opened = {text: None if key is None else key.open(SUBJECT_PLACE, tokens[text]) for text, key in ciphers.items()}
    return {text: person for text, person in opened.items() if person is not None}


def _sealed(settings: Settings, person: str) -> str | None:
    """Under their current key; None: they have none, and none is made. On a board in clear the id."""
    keys = find_keys(settings)
    if keys is None:
        return person
    with closing(keys):
        key = keys.current(person)
    return None if key is None else Cipher(key).seal(SUBJECT_PLACE, person)
