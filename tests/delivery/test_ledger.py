"""The ledger: whatever dies when, a receiver gets 1, 2, 3 and so on, with repeats only directly behind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import count

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.ledger import Ledger, Line, Page, check_reach
from models.delivery.record import (
    Accepted,
    Changed,
    Closed,
    Delivery,
    Late,
    Opened,
    Resumed,
    Rewound,
    Sending,
    SetAside,
    Stalled,
    read_delivery,
)
from models.errors import Unproved

IDS = ("desk", "map")
NOW = "2026-01-01T00:00:00Z"
DIGEST = "a" * 64


def a_page(subscription: str = "desk", line: Line | None = None) -> Page:
    return Page(subscription, line, lambda: NOW)


def add_intent(page: Page) -> Page:
    line = page.line
    assert line is not None
    number = line.next_number
    is_band = number == 1 and line.opened.band
    return page.add(
        Sending, number=number, follows=line.followed, event="band" if is_band else "alert", id="v100:1",
        sequence=line.place + (not is_band), form=1, digest=DIGEST,
    )  # fmt: skip


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
        elif act == "rewind":
            back = [number for number in range((line.highest + 1) // 2, line.highest + 1) if line.can_rewind(number)]
            if back:
                page.add(Rewound, order=next(self.orders), number=back[0])
                self.answered.discard(name)
        elif line.closed is not None:
            page.add(Resumed, order=next(self.orders))
        elif line.waiting is None:
            add_intent(page)
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
                add_intent(page)
            if act == "close":
                page.add(Closed, order=None)
        self.commit(page, dies, reached)

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
        st.sampled_from(IDS), st.sampled_from(["go", "go", "go", "both", "lost", "skip", "close", "rewind"]),
        st.sampled_from([False, False, False, True]), st.booleans(),
    ), max_size=120,
)  # fmt: skip


@given(STEPS)
def test_whoever_dies_when_a_receiver_gets_every_number_in_order(steps: list[tuple[str, str, bool, bool]]) -> None:
    world = World()
    for step in steps:
        world.step(*step)
    facts = [read_delivery(value) for value in world.log]
    for name, receiver in world.receivers.items():
        mine = [fact for fact in facts if fact is not None and fact.subscription == name]
        backs = [at for at, fact in enumerate(mine) if isinstance(fact, Rewound)]
        aside: set[int] = set()
        for log, begin, end in zip(receiver.logs, [0, *backs], [*backs, len(mine)], strict=True):
            assert log == sorted(log)  # what comes again comes directly behind
            aside = in_turn(mine[begin:end], log, aside)


def in_turn(facts: Sequence[Delivery], log: Sequence[int], aside: set[int]) -> set[int]:
    """Between two rewinds: every number but those set aside, each intent before its end; what is set aside now."""
    intents = [fact.number for fact in facts if isinstance(fact, Sending)]
    first = facts[0].number if facts and isinstance(facts[0], Rewound) else 1
    numbers = [number for number in range(first, first + len(intents) + len(aside)) if number not in aside]
    assert intents == numbers[: len(intents)]
    ended = [fact.number for fact in facts if isinstance(fact, Accepted | SetAside)]
    assert ended == intents[: len(ended)]
    assert len(intents) - len(ended) in {0, 1}
    assert {fact.number for fact in facts if isinstance(fact, Accepted)} <= set(log)
    return aside | {fact.number for fact in facts if isinstance(fact, SetAside)}


def opened(band: bool = False) -> Page:
    return a_page().add(Opened, order=3, place=7, band=band)


def sent() -> Page:
    return add_intent(opened())


ACCEPTED = {"number": 1, "status": 200, "tries": 1, "milliseconds": 5}


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: opened().add(Opened, order=4, place=7, band=False),
        lambda: a_page().add(Closed, order=4),
        lambda: add_intent(sent()),
        lambda: opened().add(Accepted, **ACCEPTED),
        lambda: sent().add(Accepted, **ACCEPTED | {"number": 2}),
        lambda: sent().add(Stalled, number=2, cause="refused", status=400, tries=1),
        lambda: sent().add(SetAside, number=2, order=4),
        lambda: opened().add(Changed, order=3),
        lambda: opened().add(Rewound, number=1, order=4),
        lambda: sent().add(Rewound, number=2, order=4),
        lambda: sent().add(Rewound, number=1, order=3),
        lambda: sent().add(SetAside, number=1, order=4).add(Rewound, number=1, order=5),
        lambda: add_intent(opened().add(Closed, order=4)),
        lambda: opened().add(
            Sending, number=2, follows=0, event="alert", id="v100:8", sequence=8, form=1, digest=DIGEST
        ),
        lambda: opened().add(
            Sending, number=1, follows=0, event="alert", id="v100:7", sequence=7, form=1, digest=DIGEST
        ),
        lambda: opened(band=True).add(
            Sending, number=1, follows=0, event="alert", id="v100:8", sequence=8, form=1, digest=DIGEST
        ),
    ],
)
def test_what_does_not_continue_a_line_is_not_written(wrong: Callable[[], Page]) -> None:
    with pytest.raises(ValueError, match=r"."):
        wrong()


def test_a_number_set_aside_is_followed_by_nobody() -> None:
    line = add_intent(add_intent(sent().add(Accepted, **ACCEPTED)).add(SetAside, number=2, order=4)).line
    assert line is not None
    assert line.waiting is not None
    assert (line.waiting.number, line.waiting.follows, line.place) == (3, 1, 9)


def test_behind_a_rewind_what_was_set_aside_is_left_out_and_the_place_is_kept() -> None:
    page = add_intent(sent().add(Accepted, **ACCEPTED)).add(SetAside, number=2, order=4)
    line = add_intent(page).add(Rewound, number=1, order=5).line
    assert line is not None
    assert (line.next_number, line.followed, line.highest, line.place, line.waiting) == (1, 0, 3, 10, None)
    line = add_intent(add_intent(a_page(line=line)).add(Accepted, **ACCEPTED)).line
    assert line is not None
    assert line.waiting is not None
    assert (line.waiting.number, line.waiting.follows) == (3, 1)


def test_what_was_set_aside_is_remembered_and_so_is_that_of_the_band() -> None:
    line = sent().add(SetAside, number=1, order=4).line
    assert line is not None
    assert (line.set_aside, line.has_band) == (frozenset({8}), False)
    band = add_intent(opened(band=True))
    accepted = a_page(line=band.line).add(Accepted, **ACCEPTED).line
    assert accepted is not None
    assert (accepted.set_aside, accepted.has_band) == (frozenset(), True)
    skipped = band.add(SetAside, number=1, order=4).line
    assert skipped is not None
    assert (skipped.set_aside, skipped.has_band) == (frozenset(), False)


def test_a_receipt_ends_a_stall_and_a_late_order_changes_nothing_but_that_it_was_heeded() -> None:
    page = sent().add(Stalled, number=1, cause="refused", status=400, tries=3)
    assert page.line is not None
    assert page.line.stalled is not None
    line = page.add(Accepted, **ACCEPTED).add(Late, order=9).line
    assert line is not None
    assert (line.stalled, line.order, line.terms, line.number) == (None, 9, 3, 1)


@pytest.mark.parametrize(("alert", "order"), [(7, 3), (8, 2)])
def test_what_a_line_is_about_must_be_there(alert: int, order: int) -> None:
    ledger = Ledger()
    for value in sent().values:
        ledger.take(value)
    check_reach(ledger, last_alert=8, last_order=3)
    with pytest.raises(Unproved, match="was it recreated"):
        check_reach(ledger, last_alert=alert, last_order=order)


def test_a_place_to_begin_at_may_be_yet_to_come() -> None:
    ledger = Ledger()
    ledger.take(opened().values[0])
    check_reach(ledger, last_alert=2, last_order=3)


@pytest.mark.parametrize("forged", ["json", "chain", "number", "null"])
def test_a_foreign_record_is_passed_over(forged: str) -> None:
    ledger, page = Ledger(), sent()
    for value in page.values:
        assert ledger.take(value) is not None
    before = dict(ledger.lines)
    kind: type[Delivery] = Accepted
    good = a_page(line=page.line).add(kind, **ACCEPTED).values[0]
    values = {
        "json": b"{", "chain": good.replace(b'"previous":"', b'"previous":"f', 1).replace(b'f"', b'"', 1),
        "number": good.replace(b'"number":1', b'"number":2'), "null": None,
    }  # fmt: skip
    assert ledger.take(values[forged]) is None
    assert ledger.lines == before
    assert ledger.take(good) is not None
