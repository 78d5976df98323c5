"""What a board sent, alerts and dead letters, held against what its entries must have sent."""

from dataclasses import dataclass, field

from audit.replay.founding import Founding
from audit.replay.replay import ReplayedEntry
from audit.signing.merkle import Tree, leaf_hash
from audit.verify.alerts import ExpectedAlerts, alert_order, identify_alert, newest_order
from audit.verify.faults import Faults
from audit.verify.letters import expected_letters, identify_letter
from audit.verify.opened import OpenedTopics
from audit.verify.outcome import AlertTotals
from audit.verify.seals import Seals
from audit.verify.topic_matcher import TopicMatcher
from models.journal.entry import JournalEntry
from models.journal.transition import Entry
from models.policy import Policy
from models.topics import ALERTS, DEAD_LETTERS


@dataclass(slots=True)
class NewerEntries:
    """Entries up to `last` that came while a verification worked, and the orders that they account for."""

    last: int
    alerts: dict[int, int] = field(default_factory=dict)
    letters: dict[int, int] = field(default_factory=dict)

    def take(self, entry: JournalEntry) -> None:
        """The next of them."""
        self.last = entry.entry
        self.alerts[0] = max(self.alerts.get(0, 0), newest_order(entry))
        if entry.run is not None:
            self.letters[entry.run.partition] = entry.run.end


class SentRecords:
    """Goes through both topics beside the entries. `tree` holds the alerts up to the entry in hand."""

    def __init__(self, topics: OpenedTopics, faults: Faults, seals: Seals) -> None:
        self.tree = Tree()
        self._hidden = topics.hidden
        alerts = topics.open(ALERTS)
        self._alerts = TopicMatcher(
            ALERTS, faults, alerts.read_until(alerts.end()), identify_alert, seals.of_alert,
            held_back=ALERTS in self._hidden,
        )  # fmt: skip
        letters = topics.open(DEAD_LETTERS)
        self._letters = TopicMatcher(
            DEAD_LETTERS, faults, letters.read_until(letters.end()), identify_letter,
            held_back=DEAD_LETTERS in self._hidden, acted_upon=False,
        )  # fmt: skip
        self._expected: ExpectedAlerts | None = None
        self._first: str | None = None
        self._last: str | None = None

    @property
    def are_complete(self) -> bool:
        """Whether no alert up to the entry in hand is missing, or cannot be read yet."""
        return not self._alerts.absent

    @property
    def letters(self) -> int:
        """How many dead letters were expected."""
        return self._letters.count

    @property
    def held_back(self) -> list[str]:
        """What cannot be read yet, and why."""
        of_both = (ALERTS, "alerts", self._alerts.unread), (DEAD_LETTERS, "dead letters", self._letters.unread)
        return [self._hidden.render(topic, f"{unread} {what}") for topic, what, unread in of_both if unread]

    def found(self) -> AlertTotals:
        """What was expected of alerts so far."""
        alerts, tree = self._alerts, self.tree
        return AlertTotals(alerts.count, alerts.absent, self._first, self._last, tree.size, tree.root().hex())

    def skip(self, recomputed: Entry, founding: Founding, policy: Policy) -> None:
        """The next entry is not compared; `policy` is in force after it."""
        self._follow(founding, policy).skip(recomputed)
        sequences = [change.sequence for change in recomputed.transitions[-1:]]
        if recomputed.baseline is not None:
            sequences.append(recomputed.baseline.last_sequence)
        if sequences:
            self._alerts.skip(0, alert_order(max(sequences)) + 1)
        if recomputed.partition is not None and recomputed.end is not None:
            self._letters.skip(recomputed.partition, recomputed.end - 1)

    def compare(self, replayed: ReplayedEntry, ours: JournalEntry, founding: Founding, policy: Policy) -> None:
        """What the next entry must have sent, which is `ours` on the journal; `policy` is in force after it."""
        for alert in self._follow(founding, policy).of(replayed.entry):
            sent = self._alerts.expect(alert)
            self.tree.append(leaf_hash(sent.value or b""))
            self._last = alert.identity.name.removeprefix("alert ")
            self._first = self._first or self._last
        for letter in expected_letters(ours, replayed.records, founding.topic):
            self._letters.expect(letter)

    def finish(self, newer: NewerEntries | None) -> None:
        """Nothing else may stand there but what `newer` entries account for; None: nobody knows those."""
        self._alerts.finish(None if newer is None else newer.alerts)
        self._letters.finish(None if newer is None else newer.letters)

    def _follow(self, founding: Founding, policy: Policy) -> ExpectedAlerts:
        if self._expected is None:
            self._expected = ExpectedAlerts(founding)
        self._expected.follow(policy)
        return self._expected
