"""`harmwatch erase`: the key to what identifies a person is destroyed, and a signed tombstone says so."""

import time
from collections.abc import Sequence
from contextlib import closing
from enum import Enum, auto
from pathlib import Path

import click

from audit.signing.keys import SigningKey, load_signing_key
from audit.verify.tombstones import make_tombstone, read_tombstones
from broker.engine_number import refuse_journal_of_other_engine
from broker.reader import OpenReader, when_readable
from cli.output import json_option, show
from cli.paths import FILE
from cli.publishing import publish
from cli.sealing.ending_stays import end_stays_at_the_desk
from cli.sealing.recalling import recall_what_was_delivered
from cli.sealing.withdrawing import withdraw_reports
from cli.topics import open_topics, passed_over_option
from cli.waiting import say_waiting
from models.alert import wire_bytes
from models.errors import PreconditionFailed, WrongUse
from models.key_store import KeyStore
from models.topics import ERASURES, JOURNAL
from runtime.installation import open_store
from runtime.key_stores import open_keys
from runtime.settings import Settings, load_settings
from runtime.signer import signer
from sight.document import Document

_LONGEST_REASON = 500


class ErasureDocument(Document):
    """Which keys were destroyed, what their tombstones say; offences withdrawn, alerts recalled, stays ended before.

    `awaited`: the subscriptions that have not accepted each recall yet; it goes on being sent.
    """

    keys: tuple[str, ...]
    reason: str
    public_key: str
    withdrawn: int
    recalled: int
    stays: tuple[str, ...]
    awaited: tuple[str, ...]


DOCUMENT = ErasureDocument


@click.command()
@click.argument("offender_id")
@click.option("--reason", required=True, help="Stands on the tombstone for ever: why, and no name or id.")
@click.option(
    "--key",
    type=FILE,
    default="harmwatch-private.pem",
    show_default=True,
    help="The private file that signs the tombstone.",
)
@click.option("--withdraw", is_flag=True, help="First withdraws what was reported about a ranked person.")
@click.option("--although-ranked", is_flag=True, help="Erases them although they may enter the band again.")
@passed_over_option
@json_option
def command(  # noqa: PLR0913  (one for each option)
    offender_id: str,
    reason: str,
    key: Path,
    *,
    withdraw: bool,
    although_ranked: bool,
    passed_over: tuple[int, ...],
    as_json: bool,
) -> None:
    """Makes what was sealed about a person unreadable for ever, and leaves a signed tombstone.

    A ranked person is refused: they may still move, and would enter the band again under a new key.
    """
    if withdraw and although_ranked:
        raise WrongUse("--withdraw and --although-ranked exclude each other")
    ranked = RankedOption.WITHDRAW if withdraw else RankedOption.ERASE if although_ranked else RankedOption.REFUSE
    show(erase_person(load_settings(), offender_id, reason, key, ranked, passed_over), as_json, render_erasure)


class RankedOption(Enum):
    """What to do with a ranked person."""

    REFUSE = auto()
    WITHDRAW = auto()
    ERASE = auto()


def erase_person(
    settings: Settings,
    offender_id: str,
    reason: str,
    key_file: Path,
    ranked: RankedOption = RankedOption.REFUSE,
    passed_over: tuple[int, ...] = (),
) -> ErasureDocument:
    """Destroys every key of a person that is left; cut short, it is finished by the next call.

    What was delivered about them is recalled, and their stays at the desk are ended first: without the key nobody knows
    which those are. The tombstone
    comes before the key goes: one that is gone without it is a fault. Raises WrongUse, Unproved, PreconditionFailed
    when the key store knows no key of this person or they are ranked and shall not be then, Unavailable.
    """
    reason = _checked(reason, offender_id)
    key = load_signing_key(key_file)
    open_reader = when_readable(open_topics(settings, ERASURES, JOURNAL), say_waiting)
    refuse_journal_of_other_engine(open_reader)
    _require_signer(settings, open_reader, key, key_file)
    with closing(open_keys(settings)) as keys:
        withdrawn = 0 if ranked is RankedOption.ERASE else _leave_the_board(settings, offender_id, ranked)
        retired = _retired(keys, offender_id)
        recalled = recall_what_was_delivered(settings, offender_id, reason, passed_over)
        stays = end_stays_at_the_desk(settings, retired, passed_over)
        published = set(read_tombstones(open_reader, key.public))
        for key_id in retired:
            if key_id not in published:
                # Before the key goes: a key that is gone without a tombstone must be a fault (decision 0010).
                _publish(settings, key_id, reason, key)
            keys.destroy(key_id)
    return ErasureDocument(
        keys=tuple(retired),
        reason=reason,
        public_key=key.public,
        withdrawn=withdrawn,
        recalled=recalled.alerts,
        stays=tuple(stays),
        awaited=recalled.awaited,
    )


def _retired(keys: KeyStore, offender_id: str) -> Sequence[str]:
    """Retires and gives a person's keys. Raises PreconditionFailed where there is none."""
    retired = keys.retire(offender_id)
    if not retired:
        raise PreconditionFailed(
            f"the key store holds no key of {offender_id!r}: nothing about them was sealed, or they were erased before"
        )
    return retired


def _leave_the_board(settings: Settings, offender_id: str, ranked: RankedOption) -> int:
    """How many offences were withdrawn for it. Whom it leaves ranked, a later alert may name."""
    with closing(open_store(settings)) as store:
        person, position = store.offender(offender_id), store.position()
        if position.generation is None or not position.whole:
            raise PreconditionFailed(
                f"the board is not open, and does not tell whether {offender_id!r} is ranked (harmwatch status): wait "
                f"until it is, or erase them all the same with --although-ranked"
            )
        if person.rank is None:
            return 0
        if ranked is RankedOption.WITHDRAW:
            return withdraw_reports(settings, store, person)
    raise PreconditionFailed(
        f"{offender_id!r} has rank {person.rank} on the board, and what moves them later may name them under a new "
        "key: withdraw what was reported about them first, as --withdraw does, or erase them all the same with "
        "--although-ranked"
    )


def _require_signer(settings: Settings, open_reader: OpenReader, key: SigningKey, key_file: Path) -> None:
    """Workers ignore what another key has signed."""
    ours = signer(settings, open_reader)
    if ours is None:
        raise PreconditionFailed(
            f"board {settings.board} has no key that may sign erasures, so its workers ignore them: name the public "
            f"half of {key_file} in HARMWATCH_PUBLIC_KEY, for every worker and every command"
        )
    if ours != key.public:
        raise PreconditionFailed(
            f"{key_file} is not the key that signs erasures on board {settings.board}: its public key is {key.public}, "
            f"HARMWATCH_PUBLIC_KEY or the board's founding names {ours}"
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
    publish(settings, ERASURES, settings.board, wire_bytes(tombstone))


def render_erasure(document: ErasureDocument) -> str:
    """What was done, and what is left to do elsewhere."""
    return "\n".join(
        [
            *([f"withdrawn: {document.withdrawn} offences"] if document.withdrawn else []),
            *([f"recalled: {document.recalled} alerts, from all who got them"] if document.recalled else []),
            *([f"ended at the desk: {', '.join(document.stays)}"] if document.stays else []),
            *([f"not accepted yet by: {', '.join(document.awaited)}"] if document.awaited else []),
            *(f"erased: key {key_id} is destroyed, its tombstone lies on erasures.v1" for key_id in document.keys),
            "What identifies the person is still in clear on offences.v1 and dead-letters.v1, in Redis, and in every "
            "file that was made of them (exports, snapshots, proofs, backups of the key store): delete it there.",
        ]
    )
