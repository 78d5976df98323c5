"""The answer to an action: taken, or why it changes nothing."""

from dataclasses import dataclass
from typing import Literal

Answer = Literal["taken", "repeated", "late", "changed", "refused"]
"""repeated: its id was answered before. late: another action, or the end of the stay, came first. changed: it rests on
what no longer holds. refused: it may not be done at all."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the action at one offset."""

    offset: int
    action_id: str
    answer: Answer
    why: str = ""


class NotTaken(Exception):
    """The action changes nothing; `answer` says of which kind it is."""

    def __init__(self, answer: Answer, why: str) -> None:
        super().__init__(why)
        self.answer = answer
