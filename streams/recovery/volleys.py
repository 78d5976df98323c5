"""A journal repeated on the store, many entries at a time, and each held against what it was.

While the store works on one volley the next one is made, and the one before is compared. Of every entry the store
writes its own into the outbox, which is trimmed as far as both are the same: the next recovery goes on from there.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from broker.entries import AnyEntry, Tail, tail_of
from models.answers import STANDS_BEFORE, Ahead, DrainFirst, NotQuiet
from models.errors import BrokenInvariant
from models.journal.transition import Entry, EntryKind
from state.limits import SHIPPED
from state.packing import bounded_count
from state.store import Answer, Applied, Call, PendingChanges, Store
from streams.recovery.interrupted import Interrupted
from streams.recovery.repeater import EntryRepeater
from streams.recovery.repetition import is_word

_ENTRIES = 100
_RECORDS, _MOVES, _STEPS = 2_000, 2_000, 4_000
"""Of a volley about, at most: a store that is busy takes long to read what it is sent, and a connection has its
time-out; what a transition tells may be several kilobytes. No call of it ends more steps than a tick in service may,
unless a single entry does: until it is over, nobody else is answered."""

_IN_VOLLEYS = {EntryKind.RUN, EntryKind.TICK, EntryKind.HEARTBEAT}


@dataclass(frozen=True, slots=True)
class _Volley:
    """`ends`: behind the answer to each call so many of the entries are repeated; of a trim, none more."""

    entries: list[AnyEntry]
    ends: list[int]
    sent: PendingChanges


class Volleys:
    """Takes entries in order, behind `tail`. `chained` seals and chains the store's entry as it was published.

    `done` hears of each entry that came out the same. Raises Interrupted where the board was taken away, and
    BrokenInvariant that names the first entry that came out otherwise.
    """

    def __init__(
        self,
        store: Store,
        generation: str,
        repeater: EntryRepeater,
        tail: Tail,
        chained: Callable[[Entry, Tail, AnyEntry], Tail],
        done: Callable[[AnyEntry], None],
    ) -> None:
        self.tail = tail
        self._trimmed = tail
        self._store = store
        self._generation = generation
        self._repeater = repeater
        self._chained = chained
        self._done = done
        self._hand: list[AnyEntry] = []
        self._records = self._moves = self._steps = 0
        self._flying: _Volley | None = None

    def take(self, entry: AnyEntry) -> None:
        """The next entry; what comes of it may be seen only later."""
        if entry.entry == 1 or entry.kind not in _IN_VOLLEYS:
            self.settle()
            self._repeat_alone(entry)
            return
        self._hand.append(entry)
        self._records += 0 if entry.run is None else entry.run.end - entry.run.start
        self._moves += len(entry.transitions)
        self._steps += bounded_count(entry.drained)
        is_full = self._records >= _RECORDS or self._moves >= _MOVES or self._steps >= _STEPS
        if is_full or len(self._hand) == _ENTRIES:
            self._fire()

    def settle(self) -> Tail:
        """Waits until everything that was taken is repeated, compared and trimmed; answers the newest of it."""
        if self._hand:
            self._fire()
        flying, self._flying = self._flying, None
        if flying is not None:
            self._land(flying)
        self._trim()
        return self.tail

    def _fire(self) -> None:
        entries, self._hand = self._hand, []
        self._records = self._moves = self._steps = 0
        calls, ends = self._calls(entries)
        if self._trimmed != self.tail:
            calls.insert(0, self._store.trim_again(self._generation, self.tail.entry, self.tail.hash))
            ends.insert(0, 0)
            self._trimmed = self.tail
        before, self._flying = self._flying, _Volley(entries, ends, self._store.send(calls, len(entries)))
        if before is not None:
            self._land(before)

    def _calls(self, entries: Sequence[AnyEntry]) -> tuple[list[Call], list[int]]:
        """One for each run, with the ticks and heartbeats before it, and one for those that are left.

        Where these end many steps, several.
        """
        calls: list[Call] = []
        ends: list[int] = []
        begin = steps = 0
        for end, entry in enumerate(entries, 1):
            steps += bounded_count(entry.drained)
            is_last = entry.kind is EntryKind.RUN or end == len(entries)
            if is_last or steps + bounded_count(entries[end].drained) > SHIPPED.tick_drain:
                calls.append(self._repeater.call(entries[begin:end]))
                ends.append(end)
                begin, steps = end, 0
        return calls, ends

    def _land(self, volley: _Volley) -> None:
        answers, newest = volley.sent.answers()
        reached = 0
        for answer, end in zip(answers, volley.ends, strict=True):
            if isinstance(answer, NotQuiet) or _is_refused(answer):
                self._go_on_alone(volley.entries, reached)
                return
            applied = _applied(answer)
            if end and applied.entry != volley.entries[end - 1].entry:
                self._receive_flying()
                self._compare_oldest(volley.entries, applied.entry - self.tail.entry)
                raise differs(volley.entries[end - 1])
            reached = end
        self._check(newest, volley.entries)

    def _go_on_alone(self, entries: list[AnyEntry], reached: int) -> None:
        """More than time passes in a stretch of heartbeats, or a run does not fit: one by one they tell which it is.

        So far `reached` of the entries are repeated, and none behind them: the store refuses what it is not yet at.
        """
        behind = self._receive_flying()
        self._compare_oldest(entries, reached)
        self._trim()
        for entry in [*entries[reached:], *behind]:
            self._repeat_alone(entry)

    def _receive_flying(self) -> list[AnyEntry]:
        """The entries of the volley that was sent too early: none of them was repeated."""
        flying, self._flying = self._flying, None
        if flying is None:
            return []
        flying.sent.answers()
        return flying.entries

    def _compare_oldest(self, entries: list[AnyEntry], count: int) -> None:
        self._trim()  # what was compared before may still lie there
        if count:
            self._check(self._store.outbox(count), entries[:count])

    def _repeat_alone(self, entry: AnyEntry) -> None:
        if entry.kind is EntryKind.ACCEPTANCE and not is_word(entry.body):
            raise differs(entry)
        answer = self._repeater.repeat(entry)
        if _is_refused(answer):
            raise differs(entry)
        applied = _applied(answer)
        if applied.entry != entry.entry:
            raise differs(entry)
        self._check(self._store.outbox(1), [entry])
        self._trim()

    def _check(self, repeated: Sequence[Entry], entries: Sequence[AnyEntry]) -> None:
        for ours, theirs in zip(repeated, entries, strict=True):
            self.tail = self._chained(ours, self.tail, theirs)
            if self.tail != tail_of(theirs):
                raise differs(theirs)
            self._done(theirs)

    def _trim(self) -> None:
        if self._trimmed == self.tail:
            return
        if self._store.trim(self._generation, self.tail.entry, self.tail.hash) is not None:
            raise Interrupted("somebody else has claimed the board")
        self._trimmed = self.tail


def differs(entry: AnyEntry) -> BrokenInvariant:
    """What to say of an entry that came out differently."""
    return BrokenInvariant(
        f"entry {entry.entry} of the journal came out differently when repeated: other code "
        "has made it, or somebody else with the right to write to journal.v1 has forged it"
    )


def _is_refused(answer: Answer | NotQuiet) -> bool:
    """Whether the run does not fit a board that is still ours: the scripts look at the claim before anything else."""
    return isinstance(answer, Ahead | DrainFirst) or answer == STANDS_BEFORE


def _applied(answer: Answer) -> Applied:
    if not isinstance(answer, Applied):
        raise Interrupted(f"{answer}")
    return answer
