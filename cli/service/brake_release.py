"""`harmwatch brake release`: an entry in the journal that accepts the refusals of a parked partition."""

from contextlib import closing

import click

from cli.non_empty_text import NonEmptyText
from cli.output import json_option, show
from models.errors import PreconditionFailed
from runtime.installation import open_store
from runtime.settings import Settings, load_settings
from sight.document import Document
from state.position import Position
from state.store import Applied
from streams.worker.brake import acceptance_body


class ReleaseDocument(Document):
    """Which partition goes on, from where, by which entry; `refused` of its last `verdicts` records would be."""

    board: str
    partition: int
    offset: int
    refused: int
    verdicts: int
    why: str
    entry: int


DOCUMENT = ReleaseDocument


@click.command()
@click.option("--partition", type=click.IntRange(0), required=True, help="The one that is parked (harmwatch status).")
@click.option("--why", type=NonEmptyText(), required=True, help="Why the refusals are right; it stands in the journal.")
@json_option
def command(partition: int, why: str, as_json: bool) -> None:
    """Accepts the refusals of a parked partition: its next 1,000 records pass, then the count restarts."""
    show(release_partition(load_settings(), partition, why), as_json, render_release)


def release_partition(settings: Settings, partition: int, why: str) -> ReleaseDocument:
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
        # An entry, so that a rebuilt store counts and parks as this one did (decision 0011).
        answer = store.accept(generation, entry, body)
    if not isinstance(answer, Applied):
        raise PreconditionFailed(f"the board was taken away meanwhile ({answer}): run the command again")
    return ReleaseDocument(
        board=settings.board,
        partition=partition,
        offset=parked.offset,
        refused=parked.refused,
        verdicts=parked.verdicts,
        why=why,
        entry=answer.entry,
    )


def _open_board(position: Position) -> tuple[str, int]:
    if position.generation is None or position.entry is None:
        raise PreconditionFailed("no worker has the board in hand, or one is recovering it: see `harmwatch status`")
    return position.generation, position.entry


def render_release(document: ReleaseDocument) -> str:
    """What was released, and what comes now."""
    return (
        f"partition {document.partition} of board {document.board} is released at offset {document.offset}, "
        f"by entry {document.entry}: its next {document.verdicts} records pass, then the count restarts"
    )
