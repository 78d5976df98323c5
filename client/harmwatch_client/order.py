"""Which event comes next: those that are known are repeats, and nothing comes behind a gap."""

from dataclasses import dataclass

from harmwatch_client.errors import Gap
from harmwatch_client.event import Baseline, Event


@dataclass(slots=True)
class Order:
    """The board and the last sequence that came; None: nothing has come yet, so 1 comes next, or a baseline."""

    board: str | None = None
    last: int | None = None

    def is_ours(self, event: Event) -> bool:
        """Whether it is of the board that was met first; one prefix has one board."""
        return self.board in {None, event.board}

    def take(self, event: Event) -> bool:
        """Whether it is the next one; False: it is known already. Raises Gap, and then stands where it stood."""
        sequence = event.sequence
        if self.last is not None and sequence <= self.last:
            return False
        expected = (self.last or 0) + 1
        begins = self.last is None and isinstance(event, Baseline)
        if not begins and (sequence != expected or isinstance(event, Baseline)):
            # A gap never closes by itself: a person says whether a record was forged or lost (decision 0019).
            raise Gap(expected, sequence, event.offset)
        self.board, self.last = event.board, sequence
        return True
