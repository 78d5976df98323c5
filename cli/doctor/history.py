"""Whether Kafka still holds what the board was made from, and nobody else has written to it; and who works on it."""

from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from itertools import islice

from broker.clients import PartitionReader
from broker.commit_notes import Note, committed_notes
from broker.entries import Chain, Tail, before, sound_entry, tail_of
from broker.journal import Journal
from cli.doctor.check import Check, CheckResult, fault, good, weak
from cli.doctor.patient import Patient
from models.record import Record
from models.topics import ALERTS, JOURNAL, OFFENCES
from runtime.installation import open_store
from runtime.worker_name import worker_name
from state.position import Position
from streams.recovery.expected_board import ExpectedBoard, Hints, expected_board
from streams.recovery.last_runs import refuse_lost_records

_NEWEST = 256
_OF_ALERTS = 16
_MIB = 1024 * 1024
_WORKER_BYTES, _PARTITION_BYTES = 256 * _MIB, 16 * _MIB


def _last_runs(patient: Patient) -> CheckResult:
    """As a recovery and, once an hour, a worker do."""
    installation = patient.installation
    with closing(open_store(patient.settings)) as store:
        ledger = store.position().ledger
    with closing(installation.small_reader(JOURNAL)) as journal:
        last = Journal(journal).last()
        if last is None or not ledger:
            return good("nothing was ever applied")
        notes = committed_notes(patient.settings.brokers, installation.group, installation.topic(OFFENCES))
        expected = expected_board(journal, last.entry, last, ledger, ExpectedBoard(), hints_of(notes))
    refuse_lost_records(partial(installation.small_reader, OFFENCES), expected.runs)
    return good(f"offences.v1 holds the newest run of {len(expected.runs)} partition(s), to the byte")


def hints_of(notes: Mapping[int, Note]) -> Hints:
    """Where a recovery would look, too; without them the whole journal may be read."""
    newest = notes.get(0, Note())
    return Hints({partition: note.run for partition, note in notes.items()}, newest.entry, newest.sequence)


def _foreign(patient: Patient) -> CheckResult:
    with closing(patient.installation.small_reader(JOURNAL)) as journal:
        newest = _newest(journal, _NEWEST)
    foreign = foreign_offsets(newest, patient.settings.board)
    if foreign:
        text = (
            f"{len(foreign)} of the newest records of journal.v1 are nobody's of this board, the last at {foreign[-1]}"
        )
        return weak(text, "docs/runbooks/foreign-record.md")
    return good("the newest records of journal.v1 are the service's own")


def foreign_offsets(records: Sequence[Record], board: str) -> list[int]:
    """Of records of journal.v1, those that are no entries: from the first on that another continues, the chain tells.

    What stands before it, its place cannot tell; there it only has to be sound.
    """
    begin, chain = _first_link(records, board)
    unsound = [record.offset for record in records[:begin] if sound_entry(record.value, board) is None]
    return unsound + [record.offset for record in records[begin:] if chain.take(record) is None]


def _first_link(records: Sequence[Record], board: str) -> tuple[int, Chain]:
    places: dict[Tail, tuple[int, Tail]] = {}
    for place, record in enumerate(records):
        entry = sound_entry(record.value, board)
        if entry is None:
            continue
        if (link := places.get(before(entry))) is not None:
            return link[0], Chain(board, link[1])
        places[tail_of(entry)] = place, before(entry)
    return len(records), Chain(board)


def _alerts(patient: Patient) -> CheckResult:
    with closing(patient.installation.small_reader(ALERTS)) as alerts:
        sequence = max(map(sequence_of, _newest(alerts, _OF_ALERTS)), default=0)
    with closing(
        open_store(patient.settings)
    ) as store:  # the alerts first: what is published by now, the board has made
        return judge_alerts(store.position(), sequence)


def judge_alerts(position: Position, sequence: int) -> CheckResult:
    """Of alerts that go to a sequence. A store that is empty, or is being rebuilt, comes to them again."""
    made = position.sequence
    if position.entry is None or position.rebuilding is not None:
        return good("the store holds no board yet, or one that is being rebuilt: alerts are compared afterwards")
    if sequence > made:
        text = f"alerts.v1 goes to sequence {sequence}, and the board has only made {made}"
        return fault(text, "docs/runbooks/foreign-record.md, and see that topics and store are of one installation")
    return good(f"no alert is ahead of the board, at sequence {made}")


def sequence_of(record: Record) -> int:
    """As its header tells; 0 of a record that is no alert."""
    sequence = dict(record.headers).get("ce_sequence") or b""
    return int(sequence) if sequence.isdigit() else 0


def _newest(reader: PartitionReader, count: int) -> list[Record]:
    end = reader.end()
    reader.skip_to(end - count)
    return list(islice(reader.read_until(end), count))


def _versions(patient: Patient) -> CheckResult:
    others = sorted(set(patient.member_names) - {worker_name()})
    if others:
        text = f"this is {worker_name()}, and workers are {', '.join(others)}"
        return weak(text, "update what is behind (docs/runbooks/mixed-versions.md)")
    return good(f"every worker is {worker_name()}")


def _memory(patient: Patient) -> CheckResult:
    return judge_memory(patient.memory_limit, patient.place.partitions)


def judge_memory(limit: int | None, partitions: int) -> CheckResult:
    """Of what this process may have, in bytes: a worker's is its own affair where its unit limits it."""
    needed = _WORKER_BYTES + partitions * _PARTITION_BYTES
    if limit is not None and limit < needed:
        text = f"a process gets {limit // _MIB} MiB, a worker of {partitions} partitions may need {needed // _MIB}"
        return weak(text, "raise MemoryMax= of the unit, or the container's limit")
    if limit is None:
        return good(f"this process has no limit; a worker needs {needed // _MIB} MiB")
    return good("memory is enough for a worker that reads every partition")


CHECKS = (
    Check("board.last_runs", _last_runs, "bring the records back from the backup", ("board.fits", "store.answers")),
    Check("board.foreign_records", _foreign, "docs/runbooks/foreign-record.md", ("board.fits",)),
    Check("board.alerts", _alerts, "docs/runbooks/foreign-record.md", ("board.fits", "store.answers")),
    Check("board.versions", _versions, "docs/runbooks/mixed-versions.md", ("board.workers",)),
    Check("board.memory", _memory, "raise the limit of memory", ("kafka.topics",)),
)
