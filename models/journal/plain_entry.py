"""A plain entry of journal.v1, read quickly: one that moved no one, refused nothing and says nothing in words.

In service nearly every entry is: a heartbeat, or a run or a tick that left the band as it was. What is not plain is
read by the contract itself (models/journal/entry.py), which has the last word.
"""

import hashlib
from typing import Annotated

import msgspec

from models.instants import format_instant, parse_instant
from models.journal.entry import ENGINE_VERSION, RefusalOut, RunOut, TransitionOut, run_of
from models.journal.transition import Entry, EntryKind


class PlainRun(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The fields of RunOut, in the order of canonical JSON."""

    end: int
    partition: int
    sha256: str
    start: int


class PlainEntry(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False):
    """The fields of JournalEntry, in the order of canonical JSON; those that an entry need not have are empty."""

    as_of: str
    baseline_sequence: None
    board: str
    body: None
    clock: str
    drained: int
    engine: str
    entry: int
    hash: str
    kind: EntryKind
    policy_digest: str
    previous_hash: str
    refusals: Annotated[tuple[RefusalOut, ...], msgspec.Meta(max_length=0)]
    run: PlainRun | None
    transitions: Annotated[tuple[TransitionOut, ...], msgspec.Meta(max_length=0)]


AnyRun = RunOut | PlainRun

_read = msgspec.json.Decoder(PlainEntry).decode
_write = msgspec.json.Encoder().encode


def read_plain_entry(value: bytes) -> PlainEntry | None:
    """What the bytes say, where they are the canonical JSON of a plain entry at an instant, with its own hash.

    None: they may be an entry all the same, but not a plain one.
    """
    try:
        entry = _read(value)
        parse_instant(entry.as_of)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return None
    if _write(entry) != value:
        return None
    content = value.replace(b'"hash":"%s",' % entry.hash.encode(), b"", 1)
    return entry if hashlib.sha256(content).hexdigest() == entry.hash else None


def plain_hash(entry: Entry, board: str, clock: str, policy_digest: str, previous_hash: str) -> str | None:
    """The hash of a plain entry, as `chain` makes it; None: it is not plain."""
    if entry.transitions or entry.baseline is not None or entry.body is not None or entry.refusals != "[]":
        return None
    plain = PlainEntry(
        as_of=format_instant(entry.as_of),
        baseline_sequence=None,
        board=board,
        body=None,
        clock=clock,
        drained=entry.drained,
        engine=ENGINE_VERSION,
        entry=entry.number,
        hash="",
        kind=entry.kind,
        policy_digest=policy_digest,
        previous_hash=previous_hash,
        refusals=(),
        run=_run_of(entry),
        transitions=(),
    )
    return hashlib.sha256(_write(plain).replace(b'"hash":"",', b"", 1)).hexdigest()


def _run_of(entry: Entry) -> PlainRun | None:
    run = run_of(entry)
    return None if run is None else PlainRun(run.end, run.partition, run.sha256, run.start)
