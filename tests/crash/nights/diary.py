"""What officers know at the end of a night: what they sent, how it was answered, and what they were shown."""

import threading
from collections import Counter
from dataclasses import dataclass, field

NO_ANSWER = 0
DONE, FINAL = 201, frozenset({201, 403, 409, 422})
"""An answer that stays: what was sent is there, or will never be."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a desk, whom a proxy names by name and group."""

    name: str
    group: str

    @property
    def by(self) -> str:
        """As records name them."""
        return f"proxy:{self.name}"


@dataclass
class Sent:
    """One request for an action; `text` stands in no other. `answers`: HTTP statuses as they came, NO_ANSWER: none."""

    action_id: str
    kind: str
    stay: int
    who: Person
    path: str
    body: bytes
    media_type: str
    text: str = ""
    answers: list[int] = field(default_factory=list)

    @property
    def is_settled(self) -> bool:
        """Whether its last answer is one that stays."""
        return bool(self.answers) and self.answers[-1] in FINAL


@dataclass(frozen=True, slots=True)
class HandoverAnswer:
    """Somebody was told that it is done: handover `number` was `taken` or `returned` by them."""

    number: int
    by: str
    end: str


@dataclass
class Diary:
    """Of all officers of a night; any thread writes, under the lock."""

    lock: threading.Lock = field(default_factory=threading.Lock)
    sent: dict[str, Sent] = field(default_factory=dict)
    packs: list[bytes] = field(default_factory=list)
    shown: Counter[tuple[str, int]] = field(default_factory=Counter)
    """how often the page of a stay was shown to whom"""

    offers: dict[str, str] = field(default_factory=dict)
    """who made each offer that is done, by its words"""

    handovers: list[HandoverAnswer] = field(default_factory=list)

    def add(self, sent: Sent) -> Sent:
        """The same, or the one that has its id."""
        with self.lock:
            return self.sent.setdefault(sent.action_id, sent)

    def all(self) -> list[Sent]:
        """What was sent until now."""
        with self.lock:
            return list(self.sent.values())
