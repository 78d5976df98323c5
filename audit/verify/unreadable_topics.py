"""What cannot be read yet of a topic: another producer's transaction is open on it, which is no fault."""

from broker.open_transactions import OURS_IS_OVER_SECONDS, OpenTransaction, wait_until_readable
from broker.reader import Reader
from models.topics import Topic


class UnreadableTopics:
    """The topics of one verification that do not show everything that was sent."""

    def __init__(self) -> None:
        self._transactions: dict[Topic, OpenTransaction] = {}

    def look(self, topic: Topic, reader: Reader) -> None:
        """Waits until everything can be read that was sent by now, or notes what is in the way."""
        if topic in self._transactions:
            return
        found = wait_until_readable(reader, lambda _: None, patience_seconds=OURS_IS_OVER_SECONDS)
        if found is not None:
            self._transactions[topic] = found

    def __contains__(self, topic: Topic) -> bool:
        return topic in self._transactions

    def render(self, topic: Topic, what: str) -> str:
        """What cannot be read, and why."""
        return f"{what} cannot be read yet: {self._transactions[topic].render()}"
