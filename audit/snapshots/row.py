"""What a person was reported with, as a row beside the snapshots; persons are rebuilt from their rows."""

import zlib
from collections.abc import Iterable
from typing import NamedTuple

import msgspec

from models.contribution import Contribution, Weight
from models.errors import Damaged
from scoring.person import Person, persons_of

_Content = tuple[str, int, int, int, Weight]
_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(_Content).decode
_CHECK_BYTES = 4


class ToldRow(NamedTuple):
    """One contribution; `policy_number` counts the policies of the board from 1, `place` orders within an entry."""

    policy_number: int
    offender_id: bytes
    entry: int
    place: int
    content: bytes


def told_row(item: Contribution, policy_number: int, entry: int, place: int) -> ToldRow:
    """The row of the contribution that entry `entry` told at a place among its others."""
    offender_id = item.offender_id.encode()
    content = _encode((item.offence_id, item.revision, item.reported_at, item.anchor_at, item.weight))
    return ToldRow(policy_number, offender_id, entry, place, content + _check(offender_id, entry, content))


def person_of(offender_id: bytes, rows: Iterable[tuple[int, bytes]], as_of: int) -> Person | None:
    """Whom the rows (entry, content), in the order of telling, make at an instant; None without any. Raises Damaged."""
    known: dict[str, Contribution] = {}
    name = offender_id.decode()
    for entry, checked in rows:
        item = _contribution(name, offender_id, entry, checked)
        before = known.get(item.offence_id)
        if before is None or before.revision < item.revision:
            known[item.offence_id] = item
    person = persons_of(known.values(), as_of).get(name)
    if person is not None:
        person.standing_key = person.key(person.score, person.latest)
    return person


def _contribution(name: str, offender_id: bytes, entry: int, checked: bytes) -> Contribution:
    content = checked[:-_CHECK_BYTES]
    if _check(offender_id, entry, content) != checked[-_CHECK_BYTES:]:
        raise Damaged("a row is not as it was written")
    try:
        offence_id, revision, reported_at, anchor_at, weight = _decode(content)
    except msgspec.DecodeError as error:
        raise Damaged(f"a row is not as it was written ({error})") from error
    return Contribution(0, "", "", name, offence_id, revision, 0, reported_at, anchor_at, weight)


def _check(offender_id: bytes, entry: int, content: bytes) -> bytes:
    return zlib.crc32(offender_id + content, entry & 0xFFFFFFFF).to_bytes(_CHECK_BYTES, "big")
