"""The topics that one verification goes through, each from its beginning."""

from audit.verify.faults import Faults
from audit.verify.unreadable_topics import UnreadableTopics
from broker.reader import OpenReader, Reader
from models.topics import Topic


class OpenedTopics:
    """Opens them; `hidden` tells which do not show yet everything that was sent."""

    def __init__(self, open_reader: OpenReader, faults: Faults) -> None:
        self.hidden = UnreadableTopics()
        self._open_reader = open_reader
        self._faults = faults
        self._readers: list[Reader] = []

    def open(self, topic: Topic) -> Reader:
        """A reader of its first partition. That the topic's first offsets are gone is a fault. Raises Unavailable."""
        reader = self._open_reader(topic, 0)
        self._readers.append(reader)
        beginning = reader.beginning()
        if beginning > 0:
            self._faults.add(topic, beginning, f"the topic begins here: the {beginning} offsets before are gone")
            reader.seek(beginning)
        self.hidden.look(topic, reader)
        return reader

    def close(self) -> None:
        """Ends the readers."""
        for reader in self._readers:
            reader.close()
