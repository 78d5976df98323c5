"""What a certificate says: which records were verified, by which code, with which result."""

from importlib.metadata import version
from typing import Annotated, Literal

from pydantic import Field

from audit.replay.inputs import Covered
from audit.signing.document import Document
from audit.verify.faults import Faults
from audit.verify.verification import Verification
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


def manifest_of(verification: Verification, now_us: int) -> Manifest:
    """Of a finished verification, whatever its result. Raises Unproved when nothing was compared."""
    founding, last = verification.replay.founding, verification.last
    if founding is None or last is None:
        raise Unproved("nothing was compared, so there is nothing to certify")
    faults: Faults = verification.faults
    policies = verification.policies.values()
    covered = sorted(verification.replay.inputs.covered.items())
    return Manifest(
        format=FORMAT,
        issued_at=format_instant(now_us),
        board=founding.board,
        clock=founding.clock.value,
        code_version=version("harmwatch"),
        engine_version=ENGINE_VERSION,
        result="not verified" if faults.count or faults.unseen else "verified",
        fault_count=faults.count,
        faults=faults.listed + [f"{each.topic} offset {each.offset} is foreign" for each in faults.unseen_foreign],
        foreign=faults.foreign_count,
        entries=_entry_range(verification, last),
        inputs=[_input_range(founding.topic, partition, range_) for partition, range_ in covered],
        policies=[PolicyRow(id=policy.id, version=policy.version, digest=policy.digest) for policy in policies],
        transitions=verification.transitions,
        alerts=_alert_range(verification),
        dead_letters=verification.letters.count,
    )


def _input_range(topic: str, partition: int, covered: Covered) -> InputRange:
    return InputRange(
        topic=topic,
        partition=partition,
        start=covered.start,
        end=covered.end,
        records=covered.records,
        sha256=covered.digest.hexdigest(),
    )


def _entry_range(verification: Verification, last: JournalEntry) -> EntryRange:
    return EntryRange(
        first=verification.span.first,
        last=last.entry,
        before=verification.before,
        head=last.hash,
        as_of=last.as_of,
    )


def _alert_range(verification: Verification) -> AlertRange:
    return AlertRange(
        count=verification.tree.size,
        first=verification.first_alert,
        last=verification.last_alert,
        root=verification.tree.root().hex(),
    )
