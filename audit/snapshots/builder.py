"""Writes the snapshots of a journal, from the newest one on."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field

from audit.history.history_replay import AppliedEntry
from audit.replay.founding import Founding
from audit.replay.replay import Replay, ReplayedEntry
from audit.snapshots.file import SnapshotFile
from audit.snapshots.row import KnownContribution, StoredRow, row_of
from audit.snapshots.snapshot import Interval, KeptMove, Snapshot
from models.errors import Damaged, Unproved
from models.instants import EARLIEST
from models.journal.entry import JournalEntry
from models.journal.transition import BandEntry, EntryKind, Move, Transition
from scoring.engine import Engine
from scoring.resumed_engine import EngineState

EVERY = 10_000
"""So much work lies between two snapshots, entries, records and step ends together: half a second of it."""

FIRST = 50_000
"""So many in rank order, and so many of whom a step ends next, a snapshot holds."""


@dataclass(slots=True)
class _Board:
    """What the journal says of a board up to its newest entry, beside its people."""

    behind: int = 0
    contributions: int = 0
    baseline_came: bool = False
    members: dict[str, BandEntry] = field(default_factory=dict)


class SnapshotBuilder:
    """Replays a journal from behind `newest` on, and writes a snapshot after every so much work, and at the end.

    `replay` stands behind the same snapshot, with everybody on its board (None: at the beginning).
    """

    def __init__(
        self, file: SnapshotFile, replay: Replay, newest: Snapshot | None, every: int = EVERY, first: int = FIRST
    ) -> None:
        self.replay = replay
        self.built = 0
        self._file = file
        self._every = every
        self._first = first
        self._board = _Board() if newest is None else _board_at(newest)
        self._rows: list[StoredRow] = []
        self._tellings: list[tuple[int, bytes]] = []
        self._moves: list[KeptMove] = []
        self._work = 0

    def run(self) -> Iterator[int]:
        """Yields the number of each entry. Raises Unproved, Unavailable, Damaged."""
        entry = None
        with closing(self.replay.published()) as published:
            for entry in published:
                before = EARLIEST if self.replay.engine is None else self.replay.engine.as_of
                self._take(self.replay.repeat(entry), before)
                yield entry.entry
        if entry is not None:
            self._write(entry)

    def _take(self, replayed: ReplayedEntry, before: int) -> None:
        entry, engine, policy = replayed.published, self._engine(), len(self.replay.policies)
        contributions = list(self._new_contributions(replayed, before, engine))
        self._rows += [row_of(known, policy, place) for place, known in enumerate(contributions)]
        self._tellings += [(known.known_from, known.item.offender_id.encode()) for known in contributions]
        if entry.kind is EntryKind.POLICY:
            self._board.contributions = 0
        self._board.contributions += len(contributions)
        for one in replayed.entries:
            self._board.baseline_came |= one.baseline is not None
            self._move(one.transitions)
        self._work += 1 + len(contributions) + entry.drained
        # Behind another policy nothing that was known before is used again, and nothing due is left over.
        if self._work >= self._every or entry.kind is EntryKind.POLICY:
            self._write(entry)

    def _new_contributions(self, replayed: ReplayedEntry, before: int, engine: Engine) -> Iterator[KnownContribution]:
        """The contributions that an entry brought; where another policy came into force, everything known."""
        number = replayed.published.entry
        for item in replayed.known:
            yield KnownContribution(number, engine.as_of, item)
        applied = AppliedEntry(replayed.run, (), replayed.entries, self._founding().clock, before, engine.as_of)
        for item, known_from in applied.contributions():
            yield KnownContribution(number, known_from, item)

    def _move(self, transitions: tuple[Transition, ...]) -> None:
        members = self._board.members
        for change in transitions:
            entered = change.move is Move.ENTERED
            self._moves.append(KeptMove(change.as_of, change.sequence, change.offender_id, entered))
            if entered:
                members[change.offender_id] = BandEntry(change.sequence, change.as_of)
            else:
                del members[change.offender_id]

    def _write(self, entry: JournalEntry) -> None:
        """Not before anything is known, nor while something that was due by now is not worked off yet.

        Raises Damaged where nobody of whom something is known stands on the board.
        """
        engine, board, first = self._engine(), self._board, self._first
        is_left_over = engine.next_due is not None and engine.next_due <= engine.as_of
        if not board.contributions or not self._work or is_left_over:
            return
        if not engine.known:
            raise Damaged("a snapshot would leave out everybody whom the journal names")
        policies = [policy.document() for policy in self.replay.policies]
        next_offset = self.replay.next_offset
        since = Interval(
            board.behind, entry.entry, entry.hash, next_offset, engine.as_of,
            self._tellings, self._moves,
        )  # fmt: skip
        ends = engine.next_ends(first + 1)
        snapshot = Snapshot(
            entry.hash, next_offset, policies, board.contributions, self._state(engine),
            engine.ranked, engine.rank_keys(first), len(ends), ends[:first],
        )  # fmt: skip
        self._file.add(snapshot, since, self._rows)
        self._rows, self._tellings, self._moves, self._work = [], [], [], 0
        self._board.behind = entry.entry
        self.built += 1

    def _engine(self) -> Engine:
        if self.replay.engine is None:
            raise Unproved("the journal does not begin with a policy entry")
        return self.replay.engine

    def _founding(self) -> Founding:
        if self.replay.founding is None:
            raise Unproved("the journal does not begin with a policy entry")
        return self.replay.founding

    def _state(self, engine: Engine) -> EngineState:
        founding, policy = self._founding(), self.replay.policies[-1]
        is_to_come = founding.alerts_after is not None and not self._board.baseline_came
        return EngineState(
            size=policy.band_size,
            exit_rank=policy.exit_rank,
            clock=founding.clock,
            alerts_after=founding.alerts_after,
            missing=founding.ends if is_to_come else None,
            ledger=engine.ledger,
            as_of=engine.as_of,
            entry=engine.entry,
            sequence=engine.sequence,
            members=self._board.members,
        )


def _board_at(newest: Snapshot) -> _Board:
    state = newest.state
    return _Board(newest.entry, newest.contributions, state.missing is None, dict(state.members))
