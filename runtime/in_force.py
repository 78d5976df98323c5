"""What a board knows, read again from Kafka: of every offence the report in force, assessed under a policy."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack

from models.contribution import Contribution
from models.decode import decode
from models.errors import BrokenInvariant, Refused
from models.journal import JournalEntry
from models.policy import Policy
from models.record import Record, run_digest
from models.topics import JOURNAL, OFFENCES
from models.transition import EntryKind
from runtime.entries import entries_in
from runtime.reader import OpenReader, Reader
from scoring.assess import Assessor


class InForce:
    """Takes in the runs of a journal in order; refused records stay refused, whatever the policy says of them.

    `faults` says which reports in force the policy cannot assess; they would neither count nor be refused.
    """

    def __init__(self, policy: Policy) -> None:
        self._assess = Assessor(policy)
        self._known: dict[tuple[str, str], tuple[int, Contribution | Refused]] = {}

    @property
    def contributions(self) -> list[Contribution]:
        """Of every offence the highest revision, of two equal ones the first; in the order of first mention."""
        return [item for _, item in self._known.values() if isinstance(item, Contribution)]

    @property
    def faults(self) -> Mapping[str, int]:
        """What is wrong, and of how many offences."""
        found: dict[str, int] = {}
        for _, item in self._known.values():
            if isinstance(item, Refused):
                found[item.detail] = found.get(item.detail, 0) + 1
        return found

    def take(self, entry: JournalEntry, records: list[Record]) -> None:
        """The next run."""
        refused = {refusal.offset for refusal in entry.refusals}
        for record in records:
            if record.offset not in refused:
                self._take(record)

    def _take(self, record: Record) -> None:
        report = decode(record.key, record.value, record.timestamp_ms * 1000)
        key = report.offender_id, report.offence_id
        known = self._known.get(key)
        if known is not None and known[0] >= report.revision:
            return
        try:
            item: Contribution | Refused = self._assess(report, record.offset)
        except Refused as refused:
            item = refused
        self._known[key] = report.revision, item


def read_in_force(open_reader: OpenReader, last: int, policy: Policy) -> InForce:
    """What a board knows after entry `last`. Raises BrokenInvariant where the records are not those of the journal."""
    in_force, reached = InForce(policy), 0
    with ExitStack() as readers:
        inputs: dict[int, Reader] = {}
        for entry in _entries(open_reader, readers, last):
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
            in_force.take(entry, records)
    if reached < last:
        raise BrokenInvariant(f"the journal ends at entry {reached}, before entry {last}")
    return in_force


def policy_of(entry: JournalEntry) -> Policy:
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
    with ExitStack() as readers:
        for entry in _entries(open_reader, readers, None):
            policy = entry if entry.kind is EntryKind.POLICY else policy
    return None if policy is None else policy_of(policy)


def _entries(open_reader: OpenReader, readers: ExitStack, last: int | None) -> Iterator[JournalEntry]:
    journal = open_reader(JOURNAL, 0)
    readers.callback(journal.close)
    for entry in entries_in(journal.read_until(journal.end()), None):
        if last is not None and entry.entry > last:
            return
        yield entry
