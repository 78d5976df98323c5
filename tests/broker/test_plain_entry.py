"""A plain entry read quickly is what the contract reads, and nothing else is one."""

import hashlib
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.entries import any_entry, sound_entry
from models.alert import wire_bytes
from models.canonical import canonical_json
from models.instants import EARLIEST, LATEST
from models.journal.entry import JournalEntry, chain
from models.journal.plain_entry import PlainEntry, plain_hash, read_plain_entry
from models.journal.transition import Entry, EntryKind

texts = st.text(max_size=5)
digests = st.text("0123456789abcdef", min_size=64, max_size=64)
runs = st.none() | st.tuples(st.integers(0, 40), st.integers(0, 2**53), st.integers(0, 2**53), digests)


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    run = draw(runs)
    partition, start, end, digest = run or (None, None, None, None)
    return Entry(
        number=draw(st.integers(1, 2**53)), kind=draw(st.sampled_from(EntryKind)),
        as_of=draw(st.integers(EARLIEST, LATEST)), drained=draw(st.integers(0, 2**31)),
        partition=partition, start=start, end=end, digest=digest,
        refusals=draw(st.sampled_from(["[]", '[[1,"not_valid","why"]]'])),
        body=draw(st.sampled_from([None, None, '{"generation":"g"}'])),
    )  # fmt: skip


chained = st.builds(chain, entries(), texts, st.sampled_from(["wall", "event"]), digests, digests)


@given(entry=entries(), board=texts, digest=digests, previous=digests)
def test_a_plain_entry_has_the_hash_that_chaining_gives_it(
    entry: Entry, board: str, digest: str, previous: str
) -> None:
    is_plain = entry.refusals == "[]" and entry.body is None
    expected = chain(entry, board, "wall", digest, previous).hash if is_plain else None
    assert plain_hash(entry, board, "wall", digest, previous) == expected


@given(entry=chained)
def test_what_is_plain_reads_the_same_in_both_ways(entry: JournalEntry) -> None:
    value = wire_bytes(entry)
    plain = any_entry(value)
    assert isinstance(plain, JournalEntry if entry.refusals or entry.body else PlainEntry)
    for name in JournalEntry.model_fields:
        theirs, ours = getattr(entry, name), getattr(plain, name)
        if name == "run" and theirs is not None:
            assert (ours.partition, ours.start, ours.end, ours.sha256) == tuple(theirs.model_dump().values())
        else:
            assert ours == theirs
    assert any_entry(value, f"{entry.board}x") is None


CHANGES = [
    ("drained", "0"), ("drained", True), ("entry", 1.0), ("kind", "rest"), ("body", 0), ("more", 1), ("run", {}),
    ("as_of", None), ("hash", "0" * 64), ("board", "ü"), ("refusals", None), ("transitions", [{}]), ("engine", 2),
]  # fmt: skip


def hashed(document: dict[str, Any], ending: bytes = b"") -> bytes:
    """Canonical but for its ending, with the hash that these very bytes need."""
    value = canonical_json(document | {"hash": "?"}) + ending
    content = value.replace(b'"hash":"?",', b"", 1)
    return value.replace(b'"hash":"?"', b'"hash":"%s"' % hashlib.sha256(content).hexdigest().encode(), 1)


@given(entry=chained, as_of=texts | st.sampled_from(["1899-12-31T23:59:59Z", "2200-01-01T00:00:00Z", "2024-01-01"]))
@settings(max_examples=20)
def test_what_stands_at_no_instant_is_no_entry(entry: JournalEntry, as_of: str) -> None:
    """Whoever reads the journal compares instants, and may be stopped by nobody's record."""
    value = hashed(json.loads(wire_bytes(entry)) | {"as_of": as_of})
    assert sound_entry(value) is None
    assert any_entry(value) is None


@given(entry=chained)
@settings(max_examples=20)
def test_nothing_slips_in_that_the_contract_does_not_take(entry: JournalEntry) -> None:
    """Forged fields, with the hash that they need and without; and the same content in other bytes."""
    for change in CHANGES:
        document = json.loads(wire_bytes(entry)) | dict([change])
        spaced = json.dumps(document).encode()
        for value in (canonical_json(document), spaced, hashed(document), hashed(document, b" ")):
            strictly, quickly = sound_entry(value), any_entry(value)
            assert (strictly is None) == (quickly is None)
            assert read_plain_entry(value) is None or (strictly is not None and wire_bytes(strictly) == value)
