"""A stay at the desk: who handles it, on what basis, what was noted and proposed. Frozen values."""

from dataclasses import dataclass, replace
from typing import Literal

from models.desk.basis import Basis
from models.instants import Micros
from models.token import Token

Opening = Literal["live", "inherited", "before_desk"]
"""How the desk came to the stay: it saw it begin, it was open when the desk was opened, or had ended by then."""

ProposalEnd = Literal["confirmed", "returned", "withdrawn", "time", "stay_ended", "erased"]
ReturnCause = Literal[
    "growth", "correction", "policy", "time", "snooze_over", "released", "orphaned", "handed_back"
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Handling:
    """What an officer last did with a stay, and until when it counts; None: without end."""

    kind: Literal["look", "snooze", "close"]
    action_id: str
    by: str
    at: Micros
    basis: Basis | None
    until: Micros | None


@dataclass(frozen=True, slots=True)
class ReturnReason:
    """Why a stay is back in the queue, and since when."""

    cause: ReturnCause
    at: Micros
    by: str | None = None
    why: str | None = None
    """of what was returned at a handover: by whom, and what they wrote"""


@dataclass(frozen=True, slots=True)
class Note:
    """What an officer wrote; None: it was erased."""

    action_id: str
    by: str
    at: Micros
    text: str | None


@dataclass(frozen=True, slots=True)
class Proposal:
    """A measure that one person proposes; `end` None: it is open. Confirmed, it is a decision."""

    action_id: str
    by: str
    sign_in: str | None
    at: Micros
    basis: Basis
    measure: str
    why: str | None
    provisional: bool
    until: Micros
    end: ProposalEnd | None = None
    ended_at: Micros | None = None
    answered_by: str | None = None

    def ended(self, end: ProposalEnd, at: Micros, by: str | None = None) -> "Proposal":
        """The same, with its end."""
        return replace(self, end=end, ended_at=at, answered_by=by)


@dataclass(frozen=True, slots=True)
class Stay:
    """One stay; `person` None: erased. `end_sequence` None: they are in the band."""

    sequence: int
    person: str | None
    began_at: Micros
    opening: Opening
    end_sequence: int | None = None
    ended_at: Micros | None = None
    owner: str | None = None
    handling: Handling | None = None
    returned: ReturnReason | None = None
    lapsed_entry: int = 0
    """the entry of the newest lapse; a page that shows an older one shows what no longer holds"""

    lapsed_generation: str = ""
    """the generation of that entry"""

    was_seen: bool = False
    left_by_correction: bool = False
    erased_at: Micros | None = None
    notes: tuple[Note, ...] = ()
    proposals: tuple[Proposal, ...] = ()

    @property
    def is_erased(self) -> bool:
        """Whether its person was erased."""
        return self.person is None

    @property
    def is_sealed(self) -> bool:
        """Whether its person stands under a token."""
        return self.person is not None and Token.read(self.person) is not None

    def seals(self, text: str) -> bool:
        """Whether a text is a token under the key of the stay: only then does an erasure reach it."""
        token, own = Token.read(text), None if self.person is None else Token.read(self.person)
        return token is not None and own is not None and token.key_id == own.key_id

    @property
    def is_passing(self) -> bool:
        """Whether it began and ended in one instant, as expiries of one instant make it."""
        return self.ended_at == self.began_at

    @property
    def is_left_unseen(self) -> bool:
        """Whether it ended before anybody looked, though the desk could have."""
        has_ended = self.end_sequence is not None and not self.is_passing
        return has_ended and self.opening == "live" and not self.was_seen and not self.is_erased

    @property
    def is_over(self) -> bool:
        """Whether it has ended, and waits for nobody."""
        return self.end_sequence is not None and (self.was_seen or not self.is_left_unseen)

    @property
    def open_proposal(self) -> Proposal | None:
        """The one that waits for a second person."""
        return self.proposals[-1] if self.proposals and self.proposals[-1].end is None else None

    @property
    def next_due(self) -> Micros | None:
        """When the first of its terms falls due."""
        waiting = self.open_proposal
        ends = [self.handling.until if self.handling else None, waiting.until if waiting else None]
        return min((end for end in ends if end is not None), default=None)

    def with_end(self, at: Micros, end: ProposalEnd, by: str | None = None) -> "Stay":
        """The same, with its open proposal ended; without one it stays as it is."""
        waiting = self.open_proposal
        if waiting is None:
            return self
        return replace(self, proposals=(*self.proposals[:-1], waiting.ended(end, at, by)))

    def left(self, sequence: int, at: Micros, *, is_correction: bool = False) -> "Stay":
        """Behind the alert that ends it: nobody owns it, and nothing is open. Terms that were over by then are over."""
        after = self.expired(at).with_end(at, "stay_ended")
        return replace(
            after, end_sequence=sequence, ended_at=at, owner=None, handling=None, returned=None,
            left_by_correction=is_correction,
        )  # fmt: skip

    def back(self, cause: ReturnCause, at: Micros) -> "Stay":
        """In the queue again, and nobody's."""
        return replace(self, owner=None, handling=None, returned=ReturnReason(cause, at))

    def expired(self, at: Micros) -> "Stay":
        """Behind the terms that have fallen due by `at`."""
        after, waiting, handling = self, self.open_proposal, self.handling
        if handling is not None and handling.until is not None and handling.until <= at:
            cause: ReturnCause = "snooze_over" if handling.kind == "snooze" else "time"
            after = after.back(cause, handling.until)
        return after.with_end(waiting.until, "time") if waiting is not None and waiting.until <= at else after

    def erased(self, at: Micros) -> "Stay":
        """Without whatever says who it was, or was written about them."""
        after = self.with_end(at, "erased")
        return replace(
            after, person=None, erased_at=at, owner=None, handling=None, returned=None,
            notes=tuple(replace(note, text=None) for note in after.notes),
            proposals=tuple(replace(each, why=None) for each in after.proposals),
        )  # fmt: skip
