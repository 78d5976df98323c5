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
    "ahead": lambda fields: Ahead(int(fields[0])),
    "rewind": lambda fields: Rewind(fields[0].decode()),
    "drain_first": lambda _: DrainFirst(),
    "full": lambda _: Full(),
    "braked": lambda fields: Braked(*map(int, fields)),
    "leap": lambda fields: Leap(*map(int, fields)),
}


def read_answer(verb: str, answer: Sequence[bytes]) -> Answer:
    """What a verb's script has answered. Raises BrokenInvariant where it is none of these."""
    name, fields = answer[0].decode(), answer[1:]
    if name == "applied":
        next_due = int(fields[3]) if len(fields) > 3 and fields[3] else None
        all_ended = len(fields) > 4 and fields[4] == b"1"
        return Applied(int(fields[0]), int(fields[1]), int(fields[2]), next_due, all_ended)
    if name not in _READ:
        raise BrokenInvariant(f"{verb} answered {name}")
    return _READ[name](fields)


def read_rewind(answer: Sequence[bytes]) -> Rewind | None:
    """Why the board was not changed; None: it was."""
    return Rewind(answer[1].decode()) if answer[0] == b"rewind" else None
