"""A second process that reads and assesses the runs of a journal while the engine works on those before them.

It finds no faults. Where it comes upon one it ends, and the replay comes upon the same by itself.
"""

import hashlib
import logging
import multiprocessing
import pickle
import signal
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Protocol

from audit.replay.founding import read_founding
from audit.replay.inputs import Inputs
from broker.journal import open_journal
from broker.reader import OpenReader
from models.contribution import Contribution, Refusal, Run
from models.errors import BrokenInvariant, Unavailable, Unproved
from models.journal.entry import RunOut
from models.journal.transition import EntryKind
from models.record import Record, run_content
from scoring.assess import Assessor
from scoring.run import assess_run

PARCEL_RECORDS = 2_000
"""So many records go over at once; with one more parcel in the making this bounds what lies between the two."""

WORTHWHILE_RECORDS = 50_000
"""Below it the second process costs more than it gives: it needs most of a second to start."""


@dataclass(frozen=True, slots=True)
class AssessedRun:
    """A run with what is still needed of its records: how many, their content, and those that were refused."""

    run: Run
    count: int
    content: bytes
    refused: Sequence[Record]


class PrefetchedRuns(Protocol):
    """Gives a replay the runs of its journal, assessed already."""

    def take(self, span: RunOut, /) -> AssessedRun | None:
        """The next run, which must be that of `span`; None: the replay reads it itself."""

    def close(self) -> None:
        """Ends whatever it holds open."""


class RunPrefetcher:
    """Gives the runs in the order of the journal. `open_reader` goes to another process: it must be picklable."""

    def __init__(self, open_reader: OpenReader) -> None:
        context = multiprocessing.get_context("spawn")
        self._parcels, parcels = context.Pipe(duplex=False)
        self._process = context.Process(target=_work, args=(open_reader, parcels), daemon=True)
        self._process.start()
        parcels.close()
        self._waiting: deque[AssessedRun] = deque()

    def take(self, span: RunOut) -> AssessedRun | None:
        """The next run, which must be that of `span`; None when it is not, and from then on."""
        if not self._waiting and not self._process_ended():
            self._receive()
        if self._waiting:
            assessed = self._waiting.popleft()
            run = assessed.run
            if (run.partition, run.start, run.end) == (span.partition, span.start, span.end):
                return assessed
        self.close()
        return None

    def close(self) -> None:
        """Ends the process. More than once is allowed."""
        self._waiting.clear()
        self._parcels.close()
        self._process.terminate()
        self._process.join()

    def _process_ended(self) -> bool:
        return self._parcels.closed

    def _receive(self) -> None:
        try:
            self._waiting.extend(_unpacked(each) for each in pickle.loads(self._parcels.recv_bytes()))  # our own child
        except (EOFError, OSError):
            self.close()


def work_ahead(open_reader: OpenReader, records: int) -> RunPrefetcher | None:
    """A process that works ahead, where a history of so many records is worth it."""
    return RunPrefetcher(open_reader) if records >= WORTHWHILE_RECORDS else None


_Packed = tuple[tuple[int, int, int, str], list[tuple[object, ...]], tuple[Refusal, ...], int, bytes, list[Record]]
"""An assessed run in plain tuples, which are pickled several times as fast as named ones."""


def _packed(run: Run, content: bytes, records: Sequence[Record]) -> _Packed:
    refused_offsets = {refusal.offset for refusal in run.refusals}
    refused = [record for record in records if record.offset in refused_offsets] if refused_offsets else []
    rows = [tuple(item) for item in run.contributions]
    head = (run.partition, run.start, run.end, run.digest)
    return head, rows, run.refusals, len(records), content, refused


def _unpacked(packed: _Packed) -> AssessedRun:
    head, rows, refusals, count, content, refused = packed
    run = Run(*head, tuple(map(Contribution._make, rows)), refusals)
    return AssessedRun(run, count, content, refused)


def _work(open_reader: OpenReader, parcels: Connection) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with its parent, who says what there is to say
    logging.disable()
    try:
        parcel: list[_Packed] = []
        waiting = 0
        for packed in _assessed(open_reader):
            parcel.append(packed)
            waiting += packed[3]
            if waiting >= PARCEL_RECORDS:
                parcels.send_bytes(pickle.dumps(parcel, pickle.HIGHEST_PROTOCOL))
                parcel, waiting = [], 0
        parcels.send_bytes(pickle.dumps(parcel, pickle.HIGHEST_PROTOCOL))
    except (Unproved, Unavailable, BrokenInvariant, OSError):
        pass  # the replay comes upon the same, and knows its place
    finally:
        parcels.close()


def _assessed(open_reader: OpenReader) -> Iterator[_Packed]:
    inputs, assess = Inputs(open_reader), None
    with open_journal(open_reader) as journal:
        for entry in journal.entries():
            if entry.kind is EntryKind.POLICY:
                if assess is not None:
                    return
                assess = Assessor(read_founding(entry).policy)
            elif entry.run is not None and assess is not None:
                span = entry.run
                records = inputs.read(span)
                content = run_content(span.partition, records)
                digest = hashlib.sha256(content).hexdigest()
                run = assess_run(span.partition, span.start, span.end, records, assess, digest)
                yield _packed(run, content, records)
