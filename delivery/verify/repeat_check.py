"""Whether each number of a subscription says the same whenever it is sent."""

from collections.abc import Iterator

from models.delivery.record import Sending

_Said = tuple[str, str]
"""What a number says: its kind, and the id."""


class RepeatCheck:
    """Holds what a subscription was sent twice against the first time."""

    def __init__(self) -> None:
        self._said: list[_Said] = []

    def add(self, fact: Sending) -> int:
        """What is sent for the first time; how many numbers that are."""
        said = _said_by(fact)
        self._said += [said[0]] * (fact.number - 1 - len(self._said)) + said
        return len(said)

    def faults(self, fact: Sending) -> Iterator[str]:
        """Each number says what it said before, be it in another batch."""
        for number, said in enumerate(_said_by(fact), fact.number):
            before = self._said[number - 1] if number <= len(self._said) else None
            if said != before:
                was = "nothing" if before is None else before[1]
                yield f"number {number} was {was}, and is {said[1]} when it is sent again"


def _said_by(fact: Sending) -> list[_Said]:
    """For each of its numbers."""
    if fact.event == "batch":
        return [("alert", one) for one in fact.event_ids]
    return [(fact.event, " ".join(fact.event_ids))]
