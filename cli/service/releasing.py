"""`harmwatch brake release`: an entry in the journal that accepts the refusals of a parked partition."""

from contextlib import closing
from typing import Any

from models.errors import PreconditionFailed
from runtime.installation import open_store
from runtime.settings import Settings
from state.position import Position
from state.store import Applied
from streams.worker.brake import acceptance_body


def release_partition(settings: Settings, partition: int, why: str) -> dict[str, Any]:
    """Writes the acceptance; the partition's worker goes on by itself. Raises PreconditionFailed, Unavailable."""
    with closing(open_store(settings)) as store:
        position = store.position()
        generation, entry = _open_board(position)
        parked = position.parked.get(partition)
        if parked is None:
            others = ", ".join(map(str, position.parked)) or "none"
            raise PreconditionFailed(f"partition {partition} is not parked (parked: {others})")
        store.bind(position.policy_digest)
        body = acceptance_body(partition, parked.refused, parked.verdicts, why)
        answer = store.accept(generation, entry, body)
    if not isinstance(answer, Applied):
        raise PreconditionFailed(f"the board was taken away meanwhile ({answer}): run the command again")
    return {
        "board": settings.board,
        "partition": partition,
        "offset": parked.offset,
        "refused": parked.refused,
        "verdicts": parked.verdicts,
        "why": why,
        "entry": answer.entry,
    }


def _open_board(position: Position) -> tuple[str, int]:
    if position.generation is None or position.entry is None:
        raise PreconditionFailed("no worker has the board in hand, or one is recovering it: see `harmwatch status`")
    return position.generation, position.entry


def render_release(document: dict[str, Any]) -> str:
    """What was released, and what comes now."""
    return (
        f"partition {document['partition']} of board {document['board']} is released at offset {document['offset']}, "
        f"by entry {document['entry']}: its next {document['verdicts']} records pass, then the brake counts anew"
    )
