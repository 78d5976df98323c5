"""What a board knows, read again from Kafka: of every offence the report in force, to be assessed under any policy."""

import struct
from collections.abc import Container, Iterator, Mapping, Sequence
from contextlib import ExitStack
from itertools import islice

from broker.entries import AnyEntry
from broker.journal import open_journal
from broker.reader import OpenReader, Reader
from models.contribution import Contribution
from models.decode import Report, decode_record
from models.errors import BrokenInvariant, Refused
from models.journal.transition import EntryKind
from models.policy import Policy
from models.record import Record, run_digest
from models.report import ReportType, VictimSex
from models.topics import OFFENCES
from scoring.assess import Assessor

_NUMBERS = struct.Struct("<QqqqqI")
"""revision, offset, occurred_at, recorded_at, reported_at, and which of the kinds; the event's id follows"""


class InForce:
    """Takes in the runs of a journal in order; refused records stay refused, whatever a policy says of them.

    A report is kept as bytes: as objects those of a few years would be more than a worker may hold.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, bytes] = {}
        self._kinds: dict[tuple[ReportType, str, str, VictimSex], int] = {}

    def take(self, records: Sequence[Record], refused: Container[int]) -> None:
        """The records of the next run, and the offsets of those that it refused."""
        for record in records:
            if record.offset not in refused:
                self._take(record)

    def contributions(self, policy: Policy) -> Iterator[Contribution]:
        """Of every offence the highest revision, of two equal ones the first; in the order of first mention.

        Without those that the policy cannot assess: they would neither count nor be refused.
        """
        for item in self._assessed(policy):
            # Activating refuses such a policy: an unknown code must neither count 0 nor vanish (decision 0009).
            if isinstance(item, Contribution):
                yield item

    def faults(self, policy: Policy) -> Mapping[str, int]:
        """Why the policy cannot assess reports in force, and of how many offences."""
        found: dict[str, int] = {}
        for item in self._assessed(policy):
            if isinstance(item, Refused):
                found[item.detail] = found.get(item.detail, 0) + 1
        return found

    def _take(self, record: Record) -> None:
        report = decode_record(record)
        key = _key(report)
        known = self._known.get(key)
        if known is not None and _NUMBERS.unpack_from(known)[0] >= report.revision:
            return
        kind = report.type, report.code, report.status, report.victim_sex
        numbers = (
            report.revision, record.offset, report.occurred_at, report.recorded_at, report.reported_at,
            self._kinds.setdefault(kind, len(self._kinds)),
        )  # fmt: skip
        self._known[key] = _NUMBERS.pack(*numbers) + report.event_id.encode()

    def _assessed(self, policy: Policy) -> Iterator[Contribution | Refused]:
        assess, kinds = Assessor(policy), list(self._kinds)
        for key, known in self._known.items():
            revision, offset, occurred_at, recorded_at, reported_at, kind = _NUMBERS.unpack_from(known)
            type_, code, status, victim_sex = kinds[kind]
            offender_id, offence_id = _ids(key)
            event_id = known[_NUMBERS.size :].decode()
            report = Report(
                event_id, type_, offence_id, offender_id, revision, code, status, victim_sex,
                occurred_at, recorded_at, reported_at,
            )  # fmt: skip
            try:
                yield assess(report, offset)
            except Refused as refused:
                yield refused


def _key(report: Report) -> bytes:
    offender_id = report.offender_id.encode()
    return len(offender_id).to_bytes(2, "little") + offender_id + report.offence_id.encode()


def _ids(key: bytes) -> tuple[str, str]:
    offence_at = 2 + int.from_bytes(key[:2], "little")
    return key[2:offence_at].decode(), key[offence_at:].decode()


def read_in_force(open_reader: OpenReader, last: int) -> InForce:
    """What a board knows after entry `last`. Raises BrokenInvariant where the records are not those of the journal."""
    in_force, reached = InForce(), 0
    with ExitStack() as readers:
        inputs: dict[int, Reader] = {}
        journal = readers.enter_context(open_journal(open_reader))
        for entry in islice(journal.entries(), last):
            reached = entry.entry
            if entry.run is None:
                continue
            partition = entry.run.partition
            if partition not in inputs:
                inputs[partition] = open_reader(OFFENCES, partition)
                readers.callback(inputs[partition].close)
            records = list(inputs[partition].read_until(entry.run.end))
            if run_digest(partition, records) != entry.run.sha256:
                raise BrokenInvariant(f"the records of entry {entry.entry} are not those that were applied")
            in_force.take(records, {refusal.offset for refusal in entry.refusals})
    if reached < last:
        raise BrokenInvariant(f"the journal ends at entry {reached}, before entry {last}")
    return in_force


def policy_of(entry: AnyEntry) -> Policy:
    """The policy that a policy entry puts in force. Raises BrokenInvariant where it holds none."""
    try:
        policy = Policy.from_document(entry.body["policy"])  # type: ignore[index, call-overload, arg-type]  # JSON
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise BrokenInvariant(f"entry {entry.entry} of the journal holds no policy") from error
    if policy.digest != entry.policy_digest:
        raise BrokenInvariant(f"entry {entry.entry} of the journal holds another policy than it says")
    return policy


def policy_in_force(open_reader: OpenReader) -> Policy | None:
    """The policy of the journal's last policy entry; None before the first."""
    policy = None
    with open_journal(open_reader) as journal:
        for entry in journal.entries():
            policy = entry if entry.kind is EntryKind.POLICY else policy
    return None if policy is None else policy_of(policy)
