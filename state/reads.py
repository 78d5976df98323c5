"""Reading a board: the ranking, and persons."""

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import redis

from models.board import BoardRow, OffenderView
from models.journal.transition import BandEntry
from state.entries import read_entry
from state.keys import Keys
from state.position import ANSWERS, Position, ask_position, position_of
from state.rows import Weights, is_spilled, read_rows, read_spilled_rows, read_weights, spilled_range

DAY_SLOTS = 2**17
_HIGHEST_RANKED = 2**36 - 1
_ENTRANCE = struct.Struct("<Qq")


@dataclass(frozen=True, slots=True)
class StoreView:
    """A board at one moment: where it stands, the head of its ranking, and by whom in the band when they entered."""

    position: Position
    rows: tuple[BoardRow, ...]
    entrances: Mapping[str, BandEntry]


def since_of(packed: bytes | None) -> int | None:
    """When somebody entered the band, of what the band holds of them."""
    return None if packed is None else _entrance(packed).as_of


def _entrance(packed: bytes) -> BandEntry:
    return BandEntry(*_ENTRANCE.unpack(packed))


def read_entrance(client: redis.Redis, keys: Keys, offender_id: str, sequence: int) -> BandEntry | None:
    """When somebody entered the band who was in it at a transition that is not published yet; None: they were not.

    They may have left since: then what they left still waits in the outbox, which is large, and seldom asked.
    """
    packed = client.hget(keys["band"], offender_id)
    entrance = _entrance(packed) if isinstance(packed, bytes) else None
    if entrance is None or entrance.sequence >= sequence:
        waiting = (read_entry(item) for item in client.lrange(keys["outbox"], 0, -1) if isinstance(item, bytes))
        later = (move for entry in waiting for move in entry.transitions if move.sequence > sequence)
        entrance = next((move.entered for move in later if move.offender_id == offender_id), None)
    return entrance if entrance is not None and entrance.sequence < sequence else None


def read_board(client: redis.Redis, keys: Keys, top: int) -> list[BoardRow]:
    """The first `top` of the ranking, read at one moment (the offences of those who fill the rank key, later)."""
    with client.pipeline() as together:
        _ask_board(together, keys, top)
        ranked, band = together.execute()
    return _rows(client, keys, ranked, band)


def read_sighting(client: redis.Redis, keys: Keys, top: int) -> StoreView:
    """Position, the first `top` of the ranking and the whole band, all of one moment."""
    with client.pipeline() as together:
        ask_position(together, keys)
        _ask_board(together, keys, top)
        answers = together.execute(raise_on_error=False)
    ranked, band = answers[ANSWERS:]
    for answer in (ranked, band):
        if isinstance(answer, Exception):
            raise answer
    rows = _rows(client, keys, ranked, band)
    entrances = {offender_id.decode(): _entrance(packed) for offender_id, packed in band.items()}
    return StoreView(position_of(answers[:ANSWERS]), tuple(rows), entrances)


def _ask_board(together: "redis.client.Pipeline", keys: Keys, top: int) -> None:
    together.zrange(keys["rank"], 0, top - 1, withscores=True)
    together.hgetall(keys["band"])


def _rows(
    client: redis.Redis, keys: Keys, ranked: Sequence[tuple[bytes, float]], band: Mapping[bytes, bytes]
) -> list[BoardRow]:
    return [
        BoardRow(
            rank=rank,
            offender_id=offender_id.decode(),
            score=_score(client, keys, offender_id.decode(), -int(key) // DAY_SLOTS),
            in_band=offender_id in band,
            since=since_of(band.get(offender_id)),
        )
        for rank, (offender_id, key) in enumerate(ranked, 1)
    ]


def _score(client: redis.Redis, keys: Keys, offender_id: str, ranked: int) -> int:
    """The score behind a rank key; one that fills the key may be higher, and stands in the person's rows alone."""
    return ranked if ranked < _HIGHEST_RANKED else read_offender(client, keys, offender_id).score


def read_offender(client: redis.Redis, keys: Keys, offender_id: str) -> OffenderView:
    """One person, read at one moment."""
    return read_offenders(client, keys, [offender_id])[0]


def read_offenders(client: redis.Redis, keys: Keys, offender_ids: Sequence[str]) -> list[OffenderView]:
    """Several persons in the same order, all read at one moment."""
    with client.pipeline() as together:
        _ask_offenders(together, keys, offender_ids)
        return _offenders(offender_ids, together.execute())


def read_person(client: redis.Redis, keys: Keys, offender_id: str) -> tuple[Position, OffenderView]:
    """One person, and where the board stood at that moment."""
    with client.pipeline() as together:
        ask_position(together, keys)
        _ask_offenders(together, keys, [offender_id])
        answers = together.execute(raise_on_error=False)
    for answer in answers[ANSWERS:]:
        if isinstance(answer, Exception):
            raise answer
    return position_of(answers[:ANSWERS]), _offenders([offender_id], answers[ANSWERS:])[0]


def _ask_offenders(together: "redis.client.Pipeline", keys: Keys, offender_ids: Sequence[str]) -> None:
    together.hgetall(keys["weights"])
    for offender_id in offender_ids:
        together.zrank(keys["rank"], offender_id)
        together.hget(keys["offenders"], offender_id)
        together.hget(keys["band"], offender_id)
        together.zrangebylex(keys["spilled"], *spilled_range(offender_id))


def _offenders(offender_ids: Sequence[str], answered: Sequence[Any]) -> list[OffenderView]:  # Any: as Redis answers
    fields, *answers = answered
    weights = read_weights(fields)
    return [
        _offender(offender_id, weights, *answers[4 * place : 4 * place + 4])
        for place, offender_id in enumerate(offender_ids)
    ]


def _offender(
    offender_id: str,
    weights: Weights,
    index: int | None,
    value: bytes | None,
    entrance: bytes | None,
    members: list[bytes],
) -> OffenderView:
    packed = value or b""
    rows = read_spilled_rows(members, offender_id, weights) if is_spilled(packed) else read_rows(packed, weights)
    contributions = sorted(rows, key=lambda row: (-row.millidays, -row.reported_at, row.offence_id.encode()))
    return OffenderView(
        offender_id=offender_id,
        rank=None if index is None else index + 1,
        score=sum(row.millidays for row in contributions),
        in_band=entrance is not None,
        since=since_of(entrance),
        contributions=contributions,
        entered=None if entrance is None else _entrance(entrance).sequence,
    )
