"""What happens on a board: a person enters or leaves the band, and the entry that records it."""

from dataclasses import dataclass
from enum import StrEnum


class Move(StrEnum):
    """The direction of a transition."""

    ENTERED = "entered"
    LEFT = "left"


class CauseKind(StrEnum):
    """Why a person moved. Displacement and vacancy: because another did; the others: by a change of their own.

    Under another policy everybody is reassessed, so each move of an activation is the person's own.
    """

    OFFENCE = "offence"
    AMENDMENT = "amendment"
    WITHDRAWAL = "withdrawal"
    EXPIRY = "expiry"
    DISPLACEMENT = "displacement"
    VACANCY = "vacancy"
    POLICY = "policy"


class EntryKind(StrEnum):
    """What a journal entry records."""

    POLICY = "policy"
    RUN = "run"
    TICK = "tick"
    HEARTBEAT = "heartbeat"
    RECOVERY = "recovery"
    ACCEPTANCE = "acceptance"


@dataclass(frozen=True, slots=True)
class Cause:
    """Names the person who changed and the event that changed them: no event for an expiry, no offence for a policy."""

    kind: CauseKind
    event_id: str | None
    offence_id: str | None
    offender_id: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a person stands: rank from 1, None while unranked; score in millidays."""

    rank: int | None
    score: int


@dataclass(frozen=True, slots=True)
class ActiveContribution:
    """A contribution that counts now; `until` is the end of its present step, microseconds."""

    offence_id: str
    code: str
    millidays: int
    reported_at: int
    until: int


@dataclass(frozen=True, slots=True)
class BandEntry:
    """When a person entered the band, and the sequence of that transition."""

    sequence: int
    as_of: int


@dataclass(frozen=True, slots=True)
class Transition:
    """A person entered or left the band; everything is as it is right after the change.

    `cut` is the score at rank `size` (millidays), None while fewer are ranked. `offset` is the input
    record's, None where a step ended. `entered` is the entrance that a `left` ends.
    """

    sequence: int
    move: Move
    offender_id: str
    rank: int | None
    score: int
    previous: Standing
    cut: int | None
    counterpart: str | None
    cause: Cause
    contributions: tuple[ActiveContribution, ...]
    contributions_total: int
    expected_exit_at: int | None
    entered: BandEntry | None
    as_of: int
    offset: int | None


@dataclass(frozen=True, slots=True)
class Member:
    """One person in the band."""

    rank: int
    offender_id: str
    score: int
    since: BandEntry


@dataclass(frozen=True, slots=True)
class Baseline:
    """The band at the moment from which on alerts are sent; transitions up to `last_sequence` were not."""

    last_sequence: int
    as_of: int
    band: tuple[Member, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the journal before it is chained.

    `body` holds what only some kinds have: of the first `policy` the board's founding document, of later
    ones the policy, of `recovery` the generation, of `acceptance` what was accepted; JSON text. `drained`
    counts the step ends that it worked off.
    """

    number: int
    kind: EntryKind
    as_of: int
    drained: int = 0
    partition: int | None = None
    start: int | None = None
    end: int | None = None
    digest: str | None = None
    refusals: str = "[]"
    transitions: tuple[Transition, ...] = ()
    baseline: Baseline | None = None
    body: str | None = None
