"""What happened behind the last snapshot: few people settle it, and the reference engine repeats it with them alone."""

from collections import Counter, defaultdict
from contextlib import closing
from typing import NamedTuple

from audit.history.history_replay import AppliedEntry, HistoryReplay
from audit.replay.founding import read_founding
from audit.replay.inputs import Inputs
from audit.snapshots.file import SnapshotFile
from audit.snapshots.past_board import LaterChanges
from audit.snapshots.row import KnownContribution, person_of
from audit.snapshots.snapshot import Snapshot
from broker.entries import Tail, entries_in
from broker.reader import OpenReader
from models.errors import BrokenInvariant, Unproved
from models.instants import Micros, parse_instant
from models.journal.entry import JournalEntry
from models.journal.transition import BandEntry, EntryKind
from models.topics import JOURNAL
from scoring.engine import Engine
from scoring.person import ID_AT, Person
from scoring.resumed_engine import ResumedEngine


class _Reported(NamedTuple):
    """Whom the records since a snapshot name, as far as the journal goes until an instant."""

    named: set[bytes]
    until: int


def since_last(
    open_reader: OpenReader, first: JournalEntry, file: SnapshotFile, snapshot: Snapshot, at: int
) -> LaterChanges | None:
    """What happened since the last snapshot until an instant; None where only all of history tells.

    `first` is the first entry of the journal. Raises Unproved, Unavailable, Damaged.
    """
    end = journal_end(open_reader)
    people = _people(open_reader, first.board, snapshot, at, end)
    if people is None:
        return None
    unsaved = defaultdict[bytes, list[KnownContribution]](list)

    def keep(applied: AppliedEntry) -> None:
        for item, known_from in applied.contributions():
            unsaved[item.offender_id.encode()].append(KnownContribution(applied.done[-1].number, known_from, item))

    past = HistoryReplay(open_reader, keep)
    past.replay.end = end  # behind it are entries that name others
    engine = ResumedEngine(snapshot.state, _persons(file, snapshot, people))
    past.resume(read_founding(first), snapshot.policies_then(), engine, snapshot.next_offset, snapshot.hash)
    members = _members(past.as_of(Micros(at)), snapshot.state.exit_rank)
    return LaterChanges(snapshot.entry, Counter({who: len(rows) for who, rows in unsaved.items()}), members, unsaved)


def journal_end(open_reader: OpenReader) -> int:
    """The offset behind the journal's last record. Who reads it twice takes it once: it grows in between."""
    with closing(open_reader(JOURNAL, 0)) as journal:
        return journal.end()


def _people(open_reader: OpenReader, board: str, snapshot: Snapshot, at: int, end: int) -> set[bytes] | None:
    """Whoever can be in the band or come near its edges until then: who changes, and the first of those who do not.

    What does not change keeps its order, so that the others, behind as many as the band may hold and one more, can
    neither enter nor be pushed out, nor push anybody out.
    """
    reported = _reported(open_reader, board, snapshot, at, end)
    if reported is None or not snapshot.knows_ends_until(reported.until):
        return None
    changed = reported.named | {offender_id for due, offender_id in snapshot.ends if due <= reported.until}
    stay = [key[ID_AT:] for key in snapshot.order if key[ID_AT:] not in changed][: snapshot.state.exit_rank + 1]
    if len(stay) <= snapshot.state.exit_rank and not snapshot.is_whole:
        return None
    return changed.union(stay)


def _reported(open_reader: OpenReader, board: str, snapshot: Snapshot, at: int, end: int) -> _Reported | None:
    """None where a policy came into force, or a fault lies there."""
    named, until, inputs = set[bytes](), snapshot.state.as_of, Inputs(open_reader)
    inputs.next_offsets = dict(snapshot.state.ledger)
    with closing(open_reader(JOURNAL, 0)) as journal, closing(inputs):
        journal.seek(snapshot.next_offset)
        try:
            for entry in entries_in(journal.read_until(end), board, Tail(snapshot.entry, snapshot.hash)):
                as_of = parse_instant(entry.as_of)
                until = min(as_of, at)
                if entry.run is not None:
                    named.update(record.key for record in inputs.read(entry.run) if record.key is not None)
                if as_of > at:
                    break
                if entry.kind is EntryKind.POLICY:
                    return None
        except (BrokenInvariant, Unproved):
            return None  # who repeats it from the founding comes upon the same, and names its place
    return _Reported(named, until)


def _persons(file: SnapshotFile, snapshot: Snapshot, people: set[bytes]) -> dict[str, Person]:
    policy, state = len(snapshot.policies), snapshot.state
    found = (person_of(file.contributions_of(who, policy, state.entry), state.as_of) for who in people)
    return {person.offender_id: person for person in found if person is not None}


def _members(engine: Engine, exit_rank: int) -> dict[str, BandEntry]:
    """The band: everybody in it stands among the first `exit_rank`."""
    members = {}
    for row in engine.board(exit_rank):
        entered = engine.offender(row.offender_id).entered
        if entered is not None and row.since is not None:
            members[row.offender_id] = BandEntry(entered, row.since)
    return members
