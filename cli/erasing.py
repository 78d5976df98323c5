"""`harmwatch erase`: the key to what identifies a person is destroyed, and a signed tombstone says so."""

import time
from contextlib import closing
from pathlib import Path
from typing import Any

from audit.signing import SigningKey, load_signing_key
from audit.tombstones import make_tombstone, read_tombstones
from cli.topics import open_topics
from cli.waiting import say_waiting
from models.alert import wire_bytes
from models.errors import StartRefused, WrongUse
from models.topics import ERASURES, JOURNAL, topic_name
from runtime.erasures import founded_with
from runtime.installation import named_public_key
from runtime.kafka import end_producer, kafka_errors, producer
from runtime.key_stores import open_keys
from runtime.reader import OpenReader, when_readable
from runtime.settings import Settings
from runtime.tail import first_entry

_LONGEST_REASON = 500


def erase_person(settings: Settings, offender_id: str, reason: str, key_file: Path) -> dict[str, Any]:
    """Destroys every key of a person that is left; cut short, it is finished by the next call.

    The tombstone comes first: a key that is gone without one is a fault. Raises WrongUse, Unproved, StartRefused
    when the key store knows no key of this person, Unavailable.
    """
    reason = _checked(reason, offender_id)
    key = load_signing_key(key_file)
    open_reader = when_readable(open_topics(settings, ERASURES, JOURNAL), say_waiting)
    _insist_on_signer(settings, open_reader, key, key_file)
    with closing(open_keys(settings)) as keys:
        condemned = keys.condemn(offender_id)
        if not condemned:
            raise StartRefused(
                f"the key store holds no key of {offender_id!r}: "
                "nothing about them was sealed, or they were erased before"
            )
        told = set(read_tombstones(open_reader, key.public))
        for key_id in condemned:
            if key_id not in told:
                _publish(settings, key_id, reason, key)
            keys.destroy(key_id)
    return {"keys": condemned, "reason": reason, "public_key": key.public}


def _insist_on_signer(settings: Settings, open_reader: OpenReader, key: SigningKey, key_file: Path) -> None:
    """Workers would not heed what somebody else has signed."""
    signer = named_public_key(settings)
    if signer is None:
        with closing(open_reader(JOURNAL, 0)) as journal:
            signer = founded_with(first_entry(journal))
    if signer not in {None, key.public}:
        raise StartRefused(
            f"{key_file} is not the key that signs erasures on board {settings.board}: its public key is {key.public}, "
            f"HARMWATCH_PUBLIC_KEY or the board's founding names {signer}"
        )


def _checked(reason: str, offender_id: str) -> str:
    reason = reason.strip()
    if not reason or len(reason) > _LONGEST_REASON:
        raise WrongUse(f"--reason needs a text of up to {_LONGEST_REASON} letters: it stands on the tombstone for ever")
    if offender_id in reason:
        raise WrongUse("--reason names the person: the tombstone stays for ever, and must not tell whose it is")
    return reason


def _publish(settings: Settings, key_id: str, reason: str, key: SigningKey) -> None:
    tombstone = make_tombstone(settings.board, key_id, reason, key, time.time_ns() // 1000)
    sender = producer(settings.brokers)
    try:
        with kafka_errors(settings.brokers):
            name = topic_name(settings.prefix, ERASURES)
            sender.send(name, key=settings.board.encode(), value=wire_bytes(tombstone), partition=0).get(10)
    finally:
        end_producer(sender)


def erasure_in_words(document: dict[str, Any]) -> str:
    """What was done, and what is left to do elsewhere."""
    return "\n".join(
        [
            *(f"erased: key {key_id} is destroyed, its tombstone lies on erasures.v1" for key_id in document["keys"]),
            "What identifies the person is still in clear on offences.v1 and dead-letters.v1, in Redis, and in every "
            "file that was made of them (exports, snapshots, proofs, backups of the key store): delete it there.",
        ]
    )
