"""The line of one subscription: how far it is, what it was told, and why it is not further."""

from dataclasses import dataclass

from models.delivery.record import Accepted, AskedBack, Closed, HandedOver, Opened, Paused, Recalled, Sending, Stalled
from models.delivery.stall import Stall

HEARTBEAT = "heartbeat"
"""The cause of a stall that is about no number."""

ALERTING = ("alert", "batch", "digest")
"""The intents that tell alerts, each its own."""

STALL = "stall"
"""The intent that tells of another subscription."""

TOGETHER = ("batch", "digest")
"""The intents that tell several of them."""


@dataclass(frozen=True, slots=True)
class Line:
    """How far one subscription is. `digest`: of its last record, which the next one names."""

    opened: Opened
    digest: str
    terms: int
    """the order whose terms are in force"""

    order: int
    """the last order that was heeded"""

    place: int
    """the sequence up to which everything is told, set aside, or none of its business"""

    number: int = 0
    """the last one that was accepted or set aside, or the one before that to which a person went back"""

    followed: int = 0
    """the last one up to there that was not set aside"""

    highest: int = 0
    """the last one of which there is an intent: those up to it are sent again behind a rewind"""

    first: int = 1
    """the first number that was sent by the terms in force"""

    waiting: Sending | None = None
    """the intent that has no receipt yet"""

    sent: Sending | None = None
    """the last intent, whatever became of it"""

    set_aside: frozenset[int] = frozenset()
    """the sequences of alerts that a person had set aside"""

    aside: frozenset[int] = frozenset()
    """the numbers that a person had set aside"""

    begins: int | None = None
    """the sequence of the newest band with which it went on; None: it goes on from its opening"""

    next_band: int | None = None
    """the sequence of the band that comes next; None: none does"""

    has_band: bool = False
    """whether the band was accepted with which it begins, or went on"""

    ended: int | None = None
    """the sequence behind which only ends go out, since the agreement has ended; None: it has not"""

    gaps: tuple[tuple[int, int], ...] = ()
    """from behind a sequence up to another one only ends went out"""

    past: tuple[tuple[int, int], ...] = ()
    """what went out by itself before the newest band, from behind a sequence up to another one"""

    recalls: tuple[Recalled, ...] = ()
    """those that have no receipt yet"""

    recalled: frozenset[int] = frozenset()
    """the orders to recall that were heeded"""

    stood_in: frozenset[int] = frozenset()
    """the orders of recalls that it takes instead of another subscription, which is closed"""

    erased: frozenset[int] = frozenset()
    """the sequences of events that an erasure has recalled"""

    asked: AskedBack | None = None
    """the last going back that its receiver asked for"""

    must_pass: int = 0
    """the number to pass before its receiver may ask again; 0: none"""

    gathering: bool = False
    """whether alerts are gathered into digests"""

    paced_until: str | None = None
    """when the receiver's capacity is free again as a whole"""

    stalled: Stalled | None = None
    stalled_since: str | None = None
    """when it stalled, whatever the cause was then; None: it is not"""

    escalated: tuple[tuple[str, str], ...] = ()
    """the last stall of each other subscription that this one was sent: whose, and since when"""

    closed: Closed | Paused | None = None
    """why nothing is sent"""

    accepted: Accepted | HandedOver | None = None

    def was_escalated(self, stall: Stall) -> bool:
        """Whether this subscription was sent that stall of another one."""
        return (stall.stalled, stall.since) in self.escalated

    @property
    def base(self) -> int:
        """The sequence behind which everything goes out by itself."""
        return self.opened.place if self.begins is None else self.begins

    @property
    def is_banded(self) -> bool:
        """Whether it begins there with the band."""
        return self.opened.band if self.begins is None else True

    def was_passed_over(self, sequence: int) -> bool:
        """Whether it came while the agreement had ended: only an end was sent."""
        is_behind = self.ended is not None and sequence > self.ended
        return is_behind or any(begin < sequence <= end for begin, end in self.gaps)

    @property
    def next_number(self) -> int:
        """The one that is sent next; behind a rewind what was set aside is left out."""
        number = self.number + 1
        while number in self.aside:
            number += 1
        return number

    @property
    def is_again(self) -> bool:
        """Whether the next number was sent before."""
        return self.next_number <= self.highest

    @property
    def due_recalls(self) -> tuple[Recalled, ...]:
        """Those whose alert was sent, or is none of its business; the band with which it begins comes first."""
        if self.next_band is not None and not self.is_again:
            return ()
        return tuple(one for one in self.recalls if one.instead_of is not None or self.was_reached(one.sequence))

    def was_reached(self, sequence: int) -> bool:
        """Whether it was sent or set aside, or is none of its business."""
        return sequence <= self.place or sequence in self.set_aside

    def can_rewind(self, number: int) -> bool:
        """Whether it was sent, and not set aside."""
        return 1 <= number <= self.highest and number not in self.aside
