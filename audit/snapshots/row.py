"""What a person was reported with, as a row beside the snapshots; people are made again from their rows."""

import zlib
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from models.contribution import Contribution, Weight
from models.errors import Damaged
from scoring.person import Person, persons_of

_Content = tuple[int, str, int, int, int, Weight]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Content).decode
_CHECK_BYTES = 4


class KnownContribution(NamedTuple):
    """A contribution that entry `entry` made known to the board, which stood at `known_from` then (microseconds)."""

    entry: int
    known_from: int
    item: Contribution


class StoredRow(NamedTuple):
    """The same in a file; `policy_number` counts the policies of the board from 1, `place` orders within an entry."""

    policy_number: int
    offender_id: bytes
    entry: int
    place: int
    content: bytes


def row_of(known: KnownContribution, policy_number: int, place: int) -> StoredRow:
    """The row of a contribution at a place among the others of its entry."""
    item = known.item
    offender_id = item.offender_id.encode()
    contributions = known.known_from, item.offence_id, item.revision, item.reported_at, item.anchor_at, item.weight
    content = _encode(contributions)
    checked = content + _check(offender_id, known.entry, content)
    return StoredRow(policy_number, offender_id, known.entry, place, checked)


def contribution_of(offender_id: bytes, entry: int, checked: bytes) -> KnownContribution:
    """What a row says. Raises Damaged."""
    content = checked[:-_CHECK_BYTES]
    if _check(offender_id, entry, content) != checked[-_CHECK_BYTES:]:
        raise Damaged("a row is not as it was written")
    try:
        known_from, offence_id, revision, reported_at, anchor_at, weight = _decode(content)
    except msgspec.DecodeError as error:
        raise Damaged(f"a row is not as it was written ({error})") from error
    name = offender_id.decode()
    return KnownContribution(
        entry, known_from, Contribution(0, "", "", name, offence_id, revision, 0, reported_at, anchor_at, weight)
    )


def person_of(contributions: Iterable[KnownContribution], as_of: int) -> Person | None:
    """Whom contributions of one person, in the order of telling, make at an instant; None without any."""
    known: dict[str, Contribution] = {}
    for _, _, item in contributions:
        before = known.get(item.offence_id)
        if before is None or before.revision < item.revision:
            known[item.offence_id] = item
    for person in persons_of(known.values(), as_of).values():
        person.standing_key = person.key(person.score, person.latest)
        return person
    return None


def _check(offender_id: bytes, entry: int, content: bytes) -> bytes:
    return zlib.crc32(offender_id + content, entry & 0xFFFFFFFF).to_bytes(_CHECK_BYTES, "big")
