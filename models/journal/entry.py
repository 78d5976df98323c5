"""An entry of journal.v1 on the wire: chained by SHA-256, each entry over all that came before."""

import hashlib
import json

from pydantic import BaseModel, ConfigDict, JsonValue

from models.alert import CauseOut, EnteredOut, StandingOut
from models.canonical import canonical_json
from models.errors import BrokenInvariant
from models.identifying import Seal, sealed_move, texts_by_place
from models.instants import format_instant
from models.journal.transition import Entry, EntryKind, Move, Transition

# Repeated by another engine an honest journal would look forged, so a board keeps to one number (decision 0004).
ENGINE_VERSION = "2"
"""Semantics of the engines; rises when the same input would give another entry."""

FIRST_PREVIOUS_HASH = "0" * 64

PASSED_OVER = "passed_over"
"""In the body of an acceptance: the topic and offset of a record that a person has looked at."""


class _Wire(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class RunOut(_Wire):
    """Which records a run covers: [start, end) of one partition, and the SHA-256 over them."""

    partition: int
    start: int
    end: int
    sha256: str


class RefusalOut(_Wire):
    """A record that was refused, and why."""

    offset: int
    reason: str
    detail: str


class TransitionOut(_Wire):
    """A transition; the contributions stand on its alert and can be recomputed from the inputs."""

    sequence: int
    transition: Move
    offender_id: str
    rank: int | None
    score_millidays: int
    previous: StandingOut
    cut_millidays: int | None
    counterpart: str | None
    cause: CauseOut
    expected_exit_at: str | None
    entered: EnteredOut | None
    as_of: str
    # No contributions: with them an entry could outgrow a message of Kafka, and verify recomputes them (decision 0006).
    offset: int | None


class JournalEntry(_Wire):
    """One entry; `hash` is the SHA-256 of its canonical JSON without `hash`, `previous_hash` included."""

    model_config = ConfigDict(title="journal.v1")

    board: str
    entry: int
    """its number, from 1, without gaps"""

    kind: EntryKind
    clock: str
    as_of: str
    """the board's now after it"""

    engine: str
    """semantics of the engines; another number gives other entries"""

    policy_digest: str
    drained: int
    """how many steps ended in it"""

    run: RunOut | None
    """of `run`: the records that were applied"""

    refusals: tuple[RefusalOut, ...]
    transitions: tuple[TransitionOut, ...]
    baseline_sequence: int | None
    """the last transition before the baseline, in the entry that brings it"""

    body: JsonValue
    """of the first entry the founding document, the whole policy included"""

    previous_hash: str
    """of the entry before; zeros in the first"""

    hash: str
    """SHA-256 of the canonical JSON of everything else in it"""


def chain(
    entry: Entry, board: str, clock: str, policy_digest: str, previous_hash: str, seal: Seal | None = None
) -> JournalEntry:
    """The wire form of an entry, chained to the one before it; `seal` None: nothing is sealed."""
    transitions = tuple(_transition(change, board) for change in entry.transitions)
    refusals = json.loads(entry.refusals)
    content = JournalEntry(
        board=board,
        entry=entry.number,
        kind=entry.kind,
        clock=clock,
        as_of=format_instant(entry.as_of),
        engine=ENGINE_VERSION,
        policy_digest=policy_digest,
        drained=entry.drained,
        run=run_of(entry),
        refusals=tuple(RefusalOut(offset=place, reason=why, detail=text) for place, why, text in refusals),
        transitions=transitions if seal is None else _sealed(transitions, board, seal),
        baseline_sequence=entry.baseline.last_sequence if entry.baseline else None,
        body=None if entry.body is None else json.loads(entry.body),
        previous_hash=previous_hash,
        hash="",
    )
    return content.model_copy(update={"hash": hash_of(content)})


def hash_of(entry: JournalEntry) -> str:
    """What `hash` must be."""
    return hashlib.sha256(canonical_json(entry.model_dump(mode="json", exclude={"hash"}))).hexdigest()


def sealed_texts(entry: JournalEntry) -> dict[str, str]:
    """Every identifying text of an entry by its place."""
    return texts_by_place(lambda seal: _sealed(entry.transitions, entry.board, seal))


def _sealed(transitions: tuple[TransitionOut, ...], board: str, seal: Seal) -> tuple[TransitionOut, ...]:
    return tuple(change.model_copy(update=sealed_move(board, change, seal)) for change in transitions)


def run_of(entry: Entry) -> RunOut | None:
    """The wire form of the run that an entry covers; None: it covers none."""
    if entry.partition is None:
        return None
    if entry.start is None or entry.end is None or entry.digest is None:
        raise BrokenInvariant(f"entry {entry.number} covers a partition but not its offsets")
    return RunOut(partition=entry.partition, start=entry.start, end=entry.end, sha256=entry.digest)


def _transition(change: Transition, board: str) -> TransitionOut:
    return TransitionOut(
        sequence=change.sequence,
        transition=change.move,
        offender_id=change.offender_id,
        rank=change.rank,
        score_millidays=change.score,
        previous=StandingOut(rank=change.previous.rank, score_millidays=change.previous.score),
        cut_millidays=change.cut,
        counterpart=change.counterpart,
        cause=CauseOut.of(change.cause),
        expected_exit_at=None if change.expected_exit_at is None else format_instant(change.expected_exit_at),
        entered=EnteredOut.of(change.entered, board),
        as_of=format_instant(change.as_of),
        offset=change.offset,
    )
