"""How an entry lies in the outbox: msgpack arrays (lua/parts/board.lua and band.lua write them)."""

from typing import Any

import msgpack

from models.journal.transition import (
    ActiveContribution,
    BandEntry,
    Baseline,
    Cause,
    CauseKind,
    Entry,
    EntryKind,
    Member,
    Move,
    Standing,
    Transition,
)


def _given(value: Any) -> Any:  # Any: a field of whatever type; Lua says false where nothing is given
    return None if value is False else value


def read_entry(packed: bytes) -> Entry:
    """The entry in one element of the outbox."""
    number, kind, as_of, drained, partition, start, end, digest, refusals, transitions, baseline, body = (
        msgpack.unpackb(packed)
    )
    return Entry(
        number=number,
        kind=EntryKind(kind),
        as_of=as_of,
        drained=drained,
        partition=_given(partition),
        start=_given(start),
        end=_given(end),
        digest=_given(digest),
        refusals=refusals,
        transitions=tuple(_transition(fields) for fields in transitions),
        baseline=_baseline(baseline) if baseline else None,
        body=_given(body),
    )


def _transition(fields: list[Any]) -> Transition:
    (sequence, move, offender_id, rank, score, previous, cut, counterpart, cause, contributions, total) = fields[:11]
    expected_exit_at, entered, as_of, offset = fields[11:]
    kind, event_id, offence_id, cause_offender_id = cause
    return Transition(
        sequence=sequence,
        move=Move(move),
        offender_id=offender_id,
        rank=_given(rank),
        score=score,
        previous=Standing(_given(previous[0]), previous[1]),
        cut=_given(cut),
        counterpart=_given(counterpart),
        cause=Cause(CauseKind(kind), _given(event_id), _given(offence_id), cause_offender_id),
        contributions=tuple(ActiveContribution(*item) for item in contributions),
        contributions_total=total,
        expected_exit_at=_given(expected_exit_at),
        entered=BandEntry(*entered) if entered else None,
        as_of=as_of,
        offset=_given(offset),
    )


def _baseline(fields: list[Any]) -> Baseline:
    last_sequence, as_of, band = fields
    members = tuple(Member(rank, offender_id, score, BandEntry(*since)) for rank, offender_id, score, since in band)
    return Baseline(last_sequence, as_of, members)
