"""Verify: the journal recomputed entry by entry, and everything that was sent held against it."""

from collections.abc import Collection, Iterator
from contextlib import closing
from dataclasses import dataclass, field

from audit.replay.founding import Founding
from audit.replay.replay import Replay
from audit.replay.run_prefetcher import RunPrefetcher
from audit.signing.merkle import Tree, leaf_hash
from audit.verify.alerts import ExpectedAlerts, alert_order, identify_alert, newest_order
from audit.verify.chain import ChainCheck
from audit.verify.checkpoints import CheckpointCheck
from audit.verify.differences import entry_differences
from audit.verify.faults import Faults, RecordPlace
from audit.verify.hidden import Hidden
from audit.verify.letters import expected_letters, identify_letter
from audit.verify.live_board import LiveBoard
from audit.verify.seals import Seals
from audit.verify.topic_matcher import TopicMatcher
from broker.engine_number import refuse_journal_of_other_engine
from broker.reader import OpenReader, Reader
from models.errors import Unproved, WrongUse
from models.journal.entry import FIRST_PREVIOUS_HASH, JournalEntry, chain
from models.journal.transition import Entry
from models.key_store import KeyStore
from models.policy import Policy
from models.record import Record
from models.topics import ALERTS, CHECKPOINTS, DEAD_LETTERS, JOURNAL, Topic
from runtime.topic_identity import TopicIdentity


@dataclass(frozen=True, slots=True)
class Span:
    """Which entries are compared: `first` to `last`, both included; those before are only computed."""

    first: int = 1
    last: int | None = None


@dataclass(slots=True)
class _Newer:
    """Entries up to `last` that came while a verification worked, and the orders that they account for."""

    last: int
    alerts: dict[int, int] = field(default_factory=dict)
    letters: dict[int, int] = field(default_factory=dict)

    def take(self, entry: JournalEntry) -> None:
        self.last = entry.entry
        self.alerts[0] = max(self.alerts.get(0, 0), newest_order(entry))
        if entry.run is not None:
            self.letters[entry.run.partition] = entry.run.end


class Verification:
    """One pass over everything; nothing is wrong when `faults.count` is 0, and all is right if nothing is held back.

    `place` is where the inputs lie now; None for a copy of the topics, which lies elsewhere by intent.
    `keys` open what is sealed; `live` is held against the entries at which it was read. `passed_over` are the places of
    foreign records at which a person has looked. `board` None: that of the journal's first entry.
    """

    def __init__(  # noqa: PLR0913, PLR0917  (what is verified, and by which means)
        self,
        open_reader: OpenReader,
        place: TopicIdentity | None,
        span: Span = Span(),
        public_key: str | None = None,
        ahead: RunPrefetcher | None = None,
        keys: KeyStore | None = None,
        live: LiveBoard | None = None,
        passed_over: Collection[RecordPlace] = (),
        board: str | None = None,
    ) -> None:
        self.faults = Faults(passed_over)
        self.live = live or LiveBoard()
        self.replay = Replay(open_reader, ahead)
        self.checkpoints = CheckpointCheck(self.faults, public_key)
        self.seals = Seals(keys, open_reader, self.faults, public_key)
        self.span = span
        self.entries = self.transitions = 0
        self.last: JournalEntry | None = None
        self.before = FIRST_PREVIOUS_HASH
        self.policies: dict[str, Policy] = {}
        self.tree = Tree()
        self.first_alert: str | None = None
        self.last_alert: str | None = None
        self._open_reader = open_reader
        self._place = place
        self._chain = ChainCheck(self.faults, board, span.first)
        self._readers: list[Reader] = []
        self._hidden = Hidden()
        self._journal = self._open(JOURNAL)
        self._hidden.look(JOURNAL, self._journal)
        self._end = self._journal.end()
        # The ends of what was sent are looked up after the journal's, so that nothing is missed.
        self.alerts = self._lineup(ALERTS)
        self.letters = self._lineup(DEAD_LETTERS)
        self._expected: ExpectedAlerts | None = None
        self._gave_up = False

    @property
    def held_back(self) -> list[str]:
        """What cannot be judged yet, and why: neither right nor wrong."""
        told = [self._hidden.render(JOURNAL, "entries")] if self._hides_entries else []
        if CHECKPOINTS in self._hidden:
            told.append(self._hidden.render(CHECKPOINTS, "checkpoints"))
        for topic, what, lineup in ((ALERTS, "alerts", self.alerts), (DEAD_LETTERS, "dead letters", self.letters)):
            if lineup.unread:
                told.append(self._hidden.render(topic, f"{lineup.unread} {what}"))
        if self.live.held_back is not None:
            told.append(self.live.held_back)
        return told + self.seals.held_back

    @property
    def _hides_entries(self) -> bool:
        """Whether entries that were asked for may stand where nothing can be read."""
        reached = self.span.last is not None and self._chain.next > self.span.last
        return JOURNAL in self._hidden and not reached

    def run(self) -> Iterator[int]:
        """Works through the journal; yields the number of each entry. Raises Unavailable.

        Raises PreconditionFailed for the journal of another engine.
        """
        try:
            refuse_journal_of_other_engine(self._open_reader)
            with closing(self._open_reader(CHECKPOINTS, 0)) as reader:
                self._hidden.look(CHECKPOINTS, reader)
            self.checkpoints.read_topic(self._open_reader)
            self.seals.begin()
            if self.live.fault is not None:
                self.faults.add_text(self.live.fault)
            for record, published in self._chain.walk(self._journal.read_until(self._end)):
                if self.span.last is not None and published.entry > self.span.last:
                    break
                self._take(record, published, published.entry >= self.span.first)
                yield published.entry
                if published.entry == self.span.last:
                    break
            self._finish()
        finally:
            self.replay.close()
            for reader in self._readers:
                reader.close()

    def _take(self, record: Record, published: JournalEntry, within: bool) -> None:
        if self._chain.broken and not self._gave_up:
            self._give_up(record, f"nothing from entry {published.entry} on can be computed again")
        if within:
            self.entries, self.last = self.entries + 1, published
        else:
            self.before = published.hash
        if not self._gave_up:
            try:
                self._recompute(record, published, within)
                self._compare_live(published)
            except Unproved as error:
                self._give_up(record, f"entry {published.entry} cannot be computed again, nor what follows: {error}")
        self.checkpoints.compare(published, self.tree if self._knows_every_alert else None)

    @property
    def _knows_every_alert(self) -> bool:
        """Whether the tree holds all of them as they were sent, up to the entry in hand."""
        return not (self._gave_up or self.span.first > 1 or self.alerts.absent)

    def _recompute(self, record: Record, published: JournalEntry, within: bool) -> None:
        replayed = self.replay.repeat(published)
        recomputed = replayed.entry
        founding, policy = self.replay.founding, self.replay.policy
        if founding is None or policy is None:
            raise Unproved("nothing was founded")
        if self._expected is None:
            self._expected = ExpectedAlerts(founding)
            self._compare_place(founding)
        self._expected.follow(policy)
        if not within:
            self._skip(recomputed, self._expected)
            return
        self.policies.setdefault(policy.digest, policy)
        seal = self.seals.of_entry(published)
        ours = chain(recomputed, founding.board, founding.clock, policy.digest, published.previous_hash, seal)
        self.seals.note(JOURNAL, record.offset, seal)
        if ours != published:
            for text in entry_differences(published, ours):
                self.faults.add(JOURNAL, record.offset, f"entry {published.entry}: {text}")
        self.transitions += len(recomputed.transitions)
        for alert in self._expected.of(recomputed):
            sent = self.alerts.expect(alert)
            self.tree.append(leaf_hash(sent.value or b""))
            self.last_alert = alert.identity.name.removeprefix("alert ")
            self.first_alert = self.first_alert or self.last_alert
        for letter in expected_letters(ours, replayed.records, founding.topic):
            self.letters.expect(letter)

    def _compare_live(self, published: JournalEntry) -> None:
        if self.replay.engine is not None:
            self.live.compare(published.entry, self.replay.engine, self.faults)

    def _skip(self, recomputed: Entry, expected: ExpectedAlerts) -> None:
        expected.skip(recomputed)
        if recomputed.transitions:
            self.alerts.skip(0, alert_order(recomputed.transitions[-1].sequence) + 1)
        if recomputed.partition is not None and recomputed.end is not None:
            self.letters.skip(recomputed.partition, recomputed.end - 1)
        self.replay.inputs.begin_digests()

    def _compare_place(self, founding: Founding) -> None:
        """Re-created topics hold other records under the same name."""
        if self._place is None:
            return
        for name in ("cluster_id", "topic", "topic_id"):
            told, found = getattr(founding, name), getattr(self._place, name)
            if told != found:
                text = f"the board was founded on {name} {told}, it is {found} now: created anew, or a copy (--copy)"
                self.faults.add(JOURNAL, 0, f"entry 1: {text}")

    def _give_up(self, record: Record, text: str) -> None:
        self._gave_up = True
        self.faults.add(JOURNAL, record.offset, f"{text}; from here on only the chain is looked at")

    def _finish(self) -> None:
        ended = self._chain.next - 1
        wanted = self.span.first if self.span.last is None else self.span.last
        self._hidden.look(JOURNAL, self._journal)  # there may be another transaction since
        is_whole = JOURNAL not in self._hidden
        if ended < wanted and ended > 0 and is_whole:
            self._refuse_beyond(ended, wanted)
        newer = self._newer_entries(ended) if self.span.last is None and is_whole else None
        if newer is not None:
            self.checkpoints.finish(ended, newer.last)
        if not self._gave_up:
            self.alerts.finish(None if newer is None else newer.alerts)
            self.letters.finish(None if newer is None else newer.letters)

    def _newer_entries(self, ended: int) -> "_Newer":
        newer = _Newer(ended)
        for entry in () if self._gave_up else self._chain.newer(self._journal.read_until(self._journal.end())):
            newer.take(entry)
        return newer

    def _open(self, topic: Topic) -> Reader:
        reader = self._open_reader(topic, 0)
        self._readers.append(reader)
        beginning = reader.beginning()
        if beginning > 0:
            self.faults.add(topic, beginning, f"the topic begins here: the {beginning} offsets before are gone")
            reader.seek(beginning)
        return reader

    def _refuse_beyond(self, ended: int, wanted: int) -> None:
        """Nobody is accused of an entry that was never written; what else was found is said first."""
        text = f"the journal ends at entry {ended}: there is no entry {wanted}"
        if not self.faults.count:
            raise WrongUse(text)
        self.faults.add_text(text)

    def _lineup(self, topic: Topic) -> TopicMatcher:
        reader = self._open(topic)
        self._hidden.look(topic, reader)
        published, held_back = reader.read_until(reader.end()), topic in self._hidden
        if topic is ALERTS:
            return TopicMatcher(topic, self.faults, published, identify_alert, self.seals.of_alert, held_back=held_back)
        return TopicMatcher(topic, self.faults, published, identify_letter, held_back=held_back, acted_upon=False)
