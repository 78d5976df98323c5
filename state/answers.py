"""What the scripts answer, read: where the board stands after a change, or what it says instead of changing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.answers import Ahead, Braked, DrainFirst, Full, Leap, Rewind
from models.errors import BrokenInvariant


@dataclass(frozen=True, slots=True)
class Applied:
    """Where the board stands after a change.

    A tick also says when the next step ends, if one does, and whether all have that were to end by its own instant.
    """

    entry: int
    as_of: int
    sequence: int
    next_due: int | None = None
    all_ended: bool = False


Answer = Applied | Ahead | Rewind | DrainFirst | Full | Braked | Leap


_READ: dict[str, Callable[[Sequence[bytes]], Answer]] = {
    "ahead": lambda told: Ahead(int(told[0])),
    "rewind": lambda told: Rewind(told[0].decode()),
    "drain_first": lambda _: DrainFirst(),
    "full": lambda _: Full(),
    "braked": lambda told: Braked(*map(int, told)),
    "leap": lambda told: Leap(*map(int, told)),
}


def read_answer(verb: str, answer: Sequence[bytes]) -> Answer:
    """What a verb's script has answered. Raises BrokenInvariant where it is none of these."""
    name, told = answer[0].decode(), answer[1:]
    if name == "applied":
        next_due = int(told[3]) if len(told) > 3 and told[3] else None
        all_ended = len(told) > 4 and told[4] == b"1"
        return Applied(int(told[0]), int(told[1]), int(told[2]), next_due, all_ended)
    if name not in _READ:
        raise BrokenInvariant(f"{verb} answered {name}")
    return _READ[name](told)


def read_rewind(answer: Sequence[bytes]) -> Rewind | None:
    """Why the board was not changed; None: it was."""
    return Rewind(answer[1].decode()) if answer[0] == b"rewind" else None
