"""What a certificate says: which records were verified, by which code, with which result."""

from dataclasses import asdict
from importlib.metadata import version
from typing import Annotated, Literal

from pydantic import Field

from audit.signing.document import Document
from audit.verify.outcome import AlertTotals, Outcome
from models.checkpoint import Hash
from models.errors import Unproved
from models.instants import format_instant
from models.journal.entry import ENGINE_VERSION, JournalEntry

# An earlier form is refused by name instead of read: nothing that is signed may have two readings (decision 0020).
FORMAT: Literal["harmwatch certificate 3"] = "harmwatch certificate 3"
Count = Annotated[int, Field(ge=0)]


class EntryRange(Document):
    """The entries that were compared; `head` is the hash of the last, `before` that of the one before the first."""

    first: Count
    last: Count
    before: Hash
    head: Hash
    as_of: str


class InputRange(Document):
    """The records [start, end) of one partition; `sha256` as that of a run that covers them all."""

    topic: str
    partition: int
    start: Count
    end: Count
    records: Count
    sha256: Hash


class PolicyRow(Document):
    """A policy that was in force in the entries that were compared; in the order in which they came."""

    id: str
    version: str
    digest: Hash


class AlertRange(Document):
    """The records of alerts.v1, baseline included: how many, from which to which, and their Merkle root (RFC 6962)."""

    count: Count
    first: str | None
    last: str | None
    root: Hash


class Manifest(Document):
    """What a certificate says. `foreign` counts the records that are none of ours and were passed over."""

    format: Literal["harmwatch certificate 3"]
    issued_at: str
    board: str
    clock: str
    code_version: str
    engine_version: str
    result: Literal["verified", "not verified"]
    fault_count: Count
    faults: list[str]
    foreign: Count
    entries: EntryRange
    inputs: list[InputRange]
    policies: list[PolicyRow]
    transitions: Count
    alerts: AlertRange
    dead_letters: Count


def manifest_of(result: Outcome, now_us: int) -> Manifest:
    """Of a verification, whatever its result. Raises Unproved when nothing was compared."""
    founding, last, faults = result.founding, result.last, result.faults
    if founding is None or last is None:
        raise Unproved("nothing was compared, so there is nothing to certify")
    return Manifest(
        format=FORMAT,
        issued_at=format_instant(now_us),
        board=founding.board,
        clock=founding.clock.value,
        code_version=version("harmwatch"),
        engine_version=ENGINE_VERSION,
        result="not verified" if faults.count or faults.unseen else "verified",
        fault_count=faults.count,
        faults=[*faults.listed, *(f"{each.topic} offset {each.offset} is foreign" for each in faults.unseen_foreign)],
        foreign=faults.foreign_count,
        entries=_entry_range(result, last),
        inputs=[InputRange(topic=founding.topic, **asdict(covered)) for covered in result.inputs],
        policies=[PolicyRow(id=each.id, version=each.version, digest=each.digest) for each in result.policies],
        transitions=result.transitions,
        alerts=_alert_range(result.alerts),
        dead_letters=result.letters,
    )


def _entry_range(result: Outcome, last: JournalEntry) -> EntryRange:
    return EntryRange(
        first=result.span.first,
        last=last.entry,
        before=result.before,
        head=last.hash,
        as_of=last.as_of,
    )


def _alert_range(alerts: AlertTotals) -> AlertRange:
    return AlertRange(count=alerts.size, first=alerts.first, last=alerts.last, root=alerts.root)
