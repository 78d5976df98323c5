"""What a verification found: in plain words, each with its topic and offset."""

from models.topics import Topic

FAULTS_LISTED = 20


class Faults:
    """Counts every fault and keeps the first ones; while `muted` it hears nothing."""

    def __init__(self) -> None:
        self.count = 0
        self.listed: list[str] = []
        self.muted = False

    def add(self, topic: Topic, offset: int | None, text: str) -> None:
        """One more; `offset` None where no single record is at fault."""
        place = topic.name if offset is None else f"{topic.name} offset {offset}"
        self.add_text(f"{place}: {text}")

    def add_text(self, text: str) -> None:
        """One more that lies in no topic."""
        if self.muted:
            return
        self.count += 1
        if len(self.listed) < FAULTS_LISTED:
            self.listed.append(text)
