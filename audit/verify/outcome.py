"""What a verification is asked, and what it comes to: two frozen values, and nothing is read of it besides."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from audit.replay.founding import Founding
from audit.replay.inputs import CoveredRange
from audit.verify.desk_check import DeskCheck, DeskFindings
from audit.verify.faults import Findings, RecordPlace
from audit.verify.live_board import LiveBoard
from models.checkpoint import Checkpoint
from models.journal.entry import JournalEntry
from models.key_store import KeyStore
from models.policy import Policy
from runtime.topic_identity import TopicIdentity


@dataclass(frozen=True, slots=True)
class Span:
    """Which entries are compared: `first` to `last`, both included; those before are only computed."""

    first: int = 1
    last: int | None = None


@dataclass(frozen=True, slots=True)
class VerificationRequest:
    """What is verified, and what it is held against.

    `place` is where the inputs lie now; None for a copy of the topics, which lies elsewhere by intent. `keys` open what
    is sealed; `live` is held against the entries at which it was read, as are the `checkpoints` that were kept
    elsewhere. `public_key` None: any signer. `passed_over` are the places of foreign records at which a person has
    looked. `desk`: what a console wrote, read before the replay. `board` None: that of the journal's first entry.
    """

    span: Span = Span()
    place: TopicIdentity | None = None
    public_key: str | None = None
    keys: KeyStore | None = None
    live: LiveBoard | None = None
    checkpoints: Sequence[Checkpoint] = ()
    passed_over: Collection[RecordPlace] = ()
    board: str | None = None
    desk: DeskCheck | None = None


WHOLE = VerificationRequest()
"""A whole journal, without keys, and held against nothing else."""


@dataclass(frozen=True, slots=True)
class AlertTotals:
    """The alerts that the entries must have sent: how many, from which to which, and their Merkle root (RFC 6962).

    `absent` counts those that are missing or cannot be read yet: then nobody can say what the root should be.
    """

    count: int
    absent: int
    first: str | None
    last: str | None
    size: int
    root: str


@dataclass(frozen=True, slots=True)
class LiveRange:
    """What was compared of the live board: how many ranks, and the first and last entry at which they were read."""

    rows: int
    entries: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """All that one pass came to; nothing is wrong when `faults.count` is 0.

    `policies` were in force in the entries that were compared, `policy` after the last one. `before` is the hash of the
    entry before the first, `inputs` what was read for them. `held_back` says what cannot be judged yet, and why.
    """

    span: Span
    founding: Founding | None
    policy: Policy | None
    policies: tuple[Policy, ...]
    entries: int
    records: int
    transitions: int
    before: str
    last: JournalEntry | None
    inputs: tuple[CoveredRange, ...]
    alerts: AlertTotals
    letters: int
    checkpoints: int
    erased: int
    live: LiveRange | None
    faults: Findings
    held_back: tuple[str, ...]
    desk: DeskFindings | None = None

    @property
    def ok(self) -> bool:
        """Whether all is right: something was compared, nothing is wrong or foreign, and nothing is held back."""
        return not (self.faults.count or self.faults.unseen or self.held_back) and self.entries > 0

    def with_fault(self, text: str) -> "Outcome":
        """The same with one more fault, which lies in no topic."""
        return replace(self, faults=self.faults.with_text(text))
