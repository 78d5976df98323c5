"""Verify: the journal recomputed entry by entry, and everything that was sent held against it."""

from collections.abc import Callable
from contextlib import closing

from audit.replay.founding import Founding
from audit.replay.replay import Replay, ReplayedEntry
from audit.replay.run_prefetcher import RunPrefetcher
from audit.verify.chain import ChainCheck
from audit.verify.checkpoints import CheckpointCheck
from audit.verify.differences import entry_differences, place_differences
from audit.verify.faults import Faults
from audit.verify.live_board import LiveBoard, LiveBoardCheck
from audit.verify.opened import OpenedTopics
from audit.verify.outcome import WHOLE, LiveRange, Outcome, VerificationRequest
from audit.verify.seals import Seals
from audit.verify.sent_records import NewerEntries, SentRecords
from broker.engine_number import refuse_journal_of_other_engine
from broker.reader import OpenReader
from models.errors import Unproved, WrongUse
from models.journal.entry import FIRST_PREVIOUS_HASH, JournalEntry, chain
from models.policy import Policy
from models.record import Record
from models.topics import CHECKPOINTS, JOURNAL


class Verification:
    """One pass over everything, up to where the topics end when it is made. It is run once."""

    def __init__(
        self, open_reader: OpenReader, request: VerificationRequest = WHOLE, ahead: RunPrefetcher | None = None
    ) -> None:
        self._open_reader = open_reader
        self._request = request
        self._faults = Faults(request.passed_over)
        self._live = request.live or LiveBoard()
        self._live_check = LiveBoardCheck(self._live)
        self._desk = request.desk
        self._first: JournalEntry | None = None
        self._replay = Replay(open_reader, ahead)
        self._checkpoints = CheckpointCheck(self._faults, request.public_key)
        self._seals = Seals(request.keys, open_reader, self._faults, request.public_key)
        self._chain = ChainCheck(self._faults, request.board, request.span.first)
        self._topics = OpenedTopics(open_reader, self._faults)
        self._journal = self._topics.open(JOURNAL)
        self._end = self._journal.end()
        # The ends of what was sent are looked up after the journal's, so that nothing is missed.
        self._sent = SentRecords(self._topics, self._faults, self._seals)
        self._entries = self._transitions = 0
        self._last: JournalEntry | None = None
        self._before = FIRST_PREVIOUS_HASH
        self._policies: dict[str, Policy] = {}
        self._gave_up = False

    def run(self, tell: Callable[[int, int], object] | None = None) -> Outcome:
        """Works through the journal; `tell` hears each entry's number, and how many records were read so far.

        Raises Unavailable, PreconditionFailed for the journal of another engine, and WrongUse where the span lies
        behind the journal's end and nothing else is wrong.
        """
        try:
            self._begin()
            for record, published in self._chain.walk(self._journal.read_until(self._end)):
                if self._request.span.last is not None and published.entry > self._request.span.last:
                    break
                self._take(record, published)
                if tell is not None:
                    tell(published.entry, self._replay.records)
                if published.entry == self._request.span.last:
                    break
            self._finish()
            return self._result()
        finally:
            self._replay.close()
            self._topics.close()

    def _begin(self) -> None:
        self._checkpoints.take_kept(self._request.checkpoints)
        refuse_journal_of_other_engine(self._open_reader)
        with closing(self._open_reader(CHECKPOINTS, 0)) as reader:
            self._topics.hidden.look(CHECKPOINTS, reader)
        self._checkpoints.read_topic(self._open_reader)
        self._seals.begin()
        if self._live.fault is not None:
            self._faults.add_text(self._live.fault)

    def _take(self, record: Record, published: JournalEntry) -> None:
        self._first = self._first or published
        if self._chain.broken and not self._gave_up:
            self._give_up(record, f"nothing from entry {published.entry} on can be computed again")
        if self._is_compared(published):
            self._entries, self._last = self._entries + 1, published
        else:
            self._before = published.hash
        if not self._gave_up:
            try:
                self._recompute(record, published)
                self._compare_live(published)
            except Unproved as error:
                self._give_up(record, f"entry {published.entry} cannot be computed again, nor what follows: {error}")
        self._checkpoints.compare(published, self._sent.tree if self._knows_every_alert else None)

    def _is_compared(self, published: JournalEntry) -> bool:
        return published.entry >= self._request.span.first

    @property
    def _knows_every_alert(self) -> bool:
        """Whether the tree holds all of them as they were sent, up to the entry in hand."""
        return not self._gave_up and self._request.span.first == 1 and self._sent.are_complete

    def _recompute(self, record: Record, published: JournalEntry) -> None:
        is_first = self._replay.founding is None
        replayed = self._replay.repeat(published)
        founding, policy = self._replay.founding, self._replay.policy
        if founding is None or policy is None:
            raise Unproved("nothing was founded")
        for text in place_differences(founding, self._request.place) if is_first else ():
            self._faults.add(JOURNAL, 0, f"entry 1: {text}")
        if self._is_compared(published):
            self._policies.setdefault(policy.digest, policy)
            self._compare(record, replayed, founding, policy)
        else:
            self._sent.skip(replayed.entry, founding, policy)
            self._replay.inputs.begin_digests()

    def _compare(self, record: Record, replayed: ReplayedEntry, founding: Founding, policy: Policy) -> None:
        published, recomputed = replayed.published, replayed.entry
        seal = self._seals.of_entry(published)
        ours = chain(recomputed, founding.board, founding.clock, policy.digest, published.previous_hash, seal)
        self._seals.note(JOURNAL, record.offset, seal)
        if ours != published:
            for text in entry_differences(published, ours):
                self._faults.add(JOURNAL, record.offset, f"entry {published.entry}: {text}")
        self._transitions += len(recomputed.transitions)
        self._sent.compare(replayed, ours, founding, policy)

    def _compare_live(self, published: JournalEntry) -> None:
        engine, policy = self._replay.engine, self._replay.policy
        if engine is None or policy is None:
            return
        self._live_check.compare(published.entry, engine, self._faults)
        if self._desk is not None:
            self._desk.compare(published, engine, policy.digest, self._faults)

    def _give_up(self, record: Record, text: str) -> None:
        self._gave_up = True
        self._faults.add(JOURNAL, record.offset, f"{text}; from here on only the chain is looked at")

    def _finish(self) -> None:
        ended, span = self._chain.next - 1, self._request.span
        wanted = span.first if span.last is None else span.last
        self._topics.hidden.look(JOURNAL, self._journal)  # there may be another transaction since
        is_whole = JOURNAL not in self._topics.hidden
        if ended < wanted and ended > 0 and is_whole:
            self._refuse_beyond(ended, wanted)
        newer = self._newer_entries(ended) if span.last is None and is_whole else None
        if newer is not None:
            self._checkpoints.finish(ended, newer.last)
        if not self._gave_up:
            self._sent.finish(newer)
        if self._desk is not None:
            ends_early = self._gave_up or span.last is not None or not is_whole
            self._desk.finish(self._first, is_whole=not ends_early, faults=self._faults)

    def _newer_entries(self, ended: int) -> NewerEntries:
        newer = NewerEntries(ended)
        for entry in () if self._gave_up else self._chain.newer(self._journal.read_until(self._journal.end())):
            newer.take(entry)
        return newer

    def _refuse_beyond(self, ended: int, wanted: int) -> None:
        """An entry that was never written is no forgery; what else was found is said first."""
        text = f"the journal ends at entry {ended}: there is no entry {wanted}"
        if not self._faults.count:
            raise WrongUse(text)
        self._faults.add_text(text)

    def _held_back(self) -> tuple[str, ...]:
        """What cannot be judged yet, and why: neither right nor wrong."""
        hidden, last = self._topics.hidden, self._request.span.last
        is_reached = last is not None and self._chain.next > last
        unread = [hidden.render(JOURNAL, "entries")] if JOURNAL in hidden and not is_reached else []
        if CHECKPOINTS in hidden:
            unread.append(hidden.render(CHECKPOINTS, "checkpoints"))
        unread += self._sent.held_back
        if self._live.held_back is not None:
            unread.append(self._live.held_back)
        return (*unread, *self._seals.held_back)

    def _result(self) -> Outcome:
        live = self._live
        return Outcome(
            span=self._request.span,
            founding=self._replay.founding,
            policy=self._replay.policy,
            policies=tuple(self._policies.values()),
            entries=self._entries,
            records=self._replay.records,
            transitions=self._transitions,
            before=self._before,
            last=self._last,
            inputs=self._replay.inputs.covered(),
            alerts=self._sent.found(),
            letters=self._sent.letters,
            checkpoints=self._checkpoints.count,
            erased=self._seals.erased,
            live=None if live.entries is None else LiveRange(live.rows, live.entries),
            faults=self._faults.found(),
            held_back=self._held_back(),
            desk=None if self._desk is None else self._desk.found(),
        )
