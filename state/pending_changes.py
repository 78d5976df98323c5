"""Changes of a board that were asked for in one go, so that nobody waits for the answer to each."""

from collections.abc import Callable, Sequence

from models.answers import NotQuiet
from models.journal.transition import Entry
from state.answers import Answer
from state.entries import read_entry
from state.line import PendingAnswers


class PendingChanges:
    """What was sent, one verb after the other, and the question for the newest entries of the outbox behind it."""

    def __init__(self, verbs: Sequence[str], sent: PendingAnswers, read: Callable[[str, list[bytes]], Answer]) -> None:
        self._verbs = verbs
        self._sent = sent
        self._read = read

    def answers(self) -> tuple[list[Answer | NotQuiet], list[Entry]]:
        """What each change is answered, and those entries in order. Raises Unavailable."""
        *answers, packed = self._sent.answers()
        answered = zip(self._verbs, answers, strict=True)
        read = [NotQuiet() if answer[0] == b"not_quiet" else self._read(verb, answer) for verb, answer in answered]
        return read, [read_entry(item) for item in packed]
