"""A log, receivers, and a deliverer that may die between any two steps, in one process."""

from dataclasses import dataclass, field
from itertools import count

from hypothesis import strategies as st

from delivery.ledger import Ledger, Line, Page
from models.delivery.record import (
    Accepted,
    Closed,
    Opened,
    Recalled,
    Resumed,
    Rewound,
    Sending,
    SetAside,
    read_delivery,
)
from tests.delivery.ledger.pages import a_page, add_intent

IDS = ("desk", "map")


@dataclass
class Receiver:
    """Takes a number where what it follows is done, as the glossary says. `logs`: another one behind each rewind."""

    logs: list[list[int]] = field(default_factory=lambda: [[]])
    done: int = 0

    def get(self, sending: Sending) -> None:
        self.logs[-1].append(sending.number)
        if sending.number > self.done:
            assert sending.follows <= self.done, f"{sending.number} came, and {self.done} was the last"
            self.done = sending.number

    def lose(self, number: int) -> None:
        """It is set back to before a number, as from a backup."""
        self.logs.append([])
        self.done = number - 1


class World:
    """Kafka's log, two receivers, and one deliverer that may die between any two steps."""

    def __init__(self) -> None:
        self.log: list[bytes] = []
        self.receivers = {name: Receiver() for name in IDS}
        self.orders = count(1)
        self.start()

    def start(self) -> None:
        """A successor knows what was committed, and nothing else."""
        self.ledger = Ledger()
        for value in self.log:
            assert self.ledger.take(value) is not None
        self.answered: set[str] = set()

    def commit(self, page: Page, dies: bool, reached: bool) -> None:
        """All of the page or nothing; who dies meanwhile does not hear which."""
        if reached or not dies:
            self.log += page.values
            for fact in map(read_delivery, page.values):
                if isinstance(fact, Rewound):
                    self.receivers[page.subscription].lose(fact.number)
        if dies:
            self.start()
            return
        for value in page.values:
            assert self.ledger.take(value) is not None

    def step(self, name: str, act: str, dies: bool, reached: bool) -> None:
        line = self.ledger.lines.get(name)
        page = a_page(name, line)
        if line is None:
            page.add(Opened, order=next(self.orders), place=7, band=name == "map")
        elif act == "places":
            page.add_places()
        elif act in {"rewind", "recall"}:
            self.order(page, line, act)
        elif line.closed is not None:
            page.add(Resumed, order=next(self.orders))
        elif line.waiting is None:
            self.go_on(page)
        elif act == "skip":
            page.add(SetAside, number=line.waiting.number, order=next(self.orders))
            self.answered.discard(name)
        elif name not in self.answered:
            self.send(name, line.waiting, act, dies)
            return
        else:
            page.add(Accepted, number=line.waiting.number, status=204, tries=1, milliseconds=1)
            self.answered.discard(name)
            if act == "both":
                self.go_on(page)
            if act == "close":
                page.add(Closed, order=None)
        self.commit(page, dies, reached)

    def order(self, page: Page, line: Line, act: str) -> None:
        back = [number for number in range((line.highest + 1) // 2, line.highest + 1) if line.can_rewind(number)]
        if act == "recall":
            page.add(Recalled, order=next(self.orders), alert_id="v100:1", sequence=line.place, asked="rectify")
        elif back:
            page.add(Rewound, order=next(self.orders), number=back[0])
            self.answered.discard(page.subscription)

    def go_on(self, page: Page) -> None:
        facts, line = map(read_delivery, self.log), page.line
        before = {f.number: f for f in facts if isinstance(f, Sending) and f.subscription == page.subscription}
        add_intent(page, before.get(line.next_number) if line is not None else None)

    def send(self, name: str, sending: Sending, act: str, dies: bool) -> None:
        """An answer may get lost, and is lost with who would have heard it."""
        assert sending in map(read_delivery, self.log)
        self.receivers[name].get(sending)
        if dies:
            self.start()
        elif act != "lost":
            self.answered.add(name)


STEPS = st.lists(
    st.tuples(
        st.sampled_from(IDS),
        st.sampled_from(["go", "go", "go", "both", "lost", "skip", "close", "rewind", "recall", "places"]),
        st.sampled_from([False, False, False, True]), st.booleans(),
    ), max_size=120,
)  # fmt: skip
