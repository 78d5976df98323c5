"""The live board in slices: each read at one moment, so that no run waits long, with the entry that it stands at."""

from collections.abc import Iterator

import redis

from models.board import SLICE_ROWS, BoardHead, BoardRow, BoardSlice
from state.connection import store_errors
from state.keys import LAYOUT, Keys
from state.reads import DAY_SLOTS, since_of


def read_slices(client: redis.Redis, keys: Keys) -> Iterator[BoardSlice]:
    """Every rank; between two slices the board may have moved on. Raises Unavailable."""
    first, full = 1, True
    while full:
        piece = read_slice(client, keys, first)
        yield piece
        first, full = first + SLICE_ROWS, len(piece.rows) == SLICE_ROWS


def read_slice(client: redis.Redis, keys: Keys, first: int) -> BoardSlice:
    """The SLICE_ROWS ranks from `first` on, and the newest entry, at one moment. Raises Unavailable."""
    with store_errors(), client.pipeline() as together:
        together.hmget(keys["meta"], "entry", "generation", "recovering", "layout")
        together.zrange(keys["rank"], first - 1, first + SLICE_ROWS - 2, withscores=True)
        together.hgetall(keys["band"])
        (entry, generation, recovering, layout), ranked, band = together.execute()
    rows = [
        BoardRow(
            rank=rank,
            offender_id=offender_id.decode(),
            score=-int(key) // DAY_SLOTS,
            in_band=offender_id in band,
            since=since_of(band.get(offender_id)),
        )
        for rank, (offender_id, key) in enumerate(ranked, first)
    ]
    head = BoardHead(
        entry=int(entry) if entry is not None and layout == LAYOUT else None,
        generation=None if generation is None else generation.decode(),
        recovering=recovering is not None,
    )
    return BoardSlice(first, head, rows)
